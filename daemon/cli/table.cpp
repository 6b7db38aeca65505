#include "daemon/cli/table.hpp"

#include "daemon/cli/words.hpp"

#include <algorithm>

namespace mizo::cli {

namespace {

constexpr std::string_view between = "  ";

void widen(std::vector<std::size_t>& widths, const std::vector<std::string>& cells)
{
    if (widths.size() < cells.size()) widths.resize(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], width_of(cells[i]));
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths)
{
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line += between;
        line += cells[i];
        line.append(widths[i] - width_of(cells[i]), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

} // namespace

void Table::add(std::vector<std::string> cells)
{
    for (std::string& cell : cells) cell = printable(cell);
    rows_.push_back(std::move(cells));
}

std::string Table::text(std::string_view indent) const
{
    std::vector<std::size_t> widths;
    widen(widths, titles_);
    for (const auto& row : rows_) widen(widths, row);
    std::string text;
    const auto add_line = [&](const std::vector<std::string>& cells) {
        text += std::string{indent} + line_of(cells, widths) + "\n";
    };
    if (!titles_.empty()) add_line(titles_);
    for (const auto& row : rows_) add_line(row);
    return text;
}

} // namespace mizo::cli
