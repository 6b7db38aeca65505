#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::cli {

// Text in aligned columns. Cells are made printable; the last column is not padded.
class Table {
public:
    explicit Table(std::vector<std::string> titles) : titles_{std::move(titles)} {}
    // Without titles.
    Table() = default;

    void add(std::vector<std::string> cells);
    bool empty() const { return rows_.empty(); }

    // Each line begins with `indent`.
    std::string text(std::string_view indent = "") const;

private:
    std::vector<std::string> titles_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace mizo::cli
