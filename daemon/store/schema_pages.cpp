#include "daemon/store/schema_pages.hpp"

#include "certs/digest.hpp"
#include "daemon/base/environment.hpp"
#include "daemon/base/private_file.hpp"

#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::store {

namespace {

// The file: this, the page size, then number and bytes of each page, and the SHA-256 of all that. Numbers
// are of 4 bytes, the highest first, as in SQLite's own header.
constexpr std::string_view magic = "mizo-relay schema pages 1\n";
constexpr std::size_t number_bytes = 4;
constexpr std::size_t digest_bytes = 32;

// In SQLite's header, on the first page (https://www.sqlite.org/fileformat2.html, section 1.3): the count of
// changes, that of pages, the first free page, the count of those, and the change that these are right for.
constexpr std::array<std::size_t, 5> blank_at{24, 28, 32, 36, 92};

struct SchemaPages {
    std::size_t page_size = 0;
    std::vector<std::uint32_t> numbers; // from 1
    std::vector<std::string> pages;
};

void append_number(std::string& text, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xff);
}

std::uint32_t number_at(std::string_view text, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < number_bytes; ++i)
        value = value << 8 | static_cast<unsigned char>(text[at + i]);
    return value;
}

std::string digest_of(std::string_view text)
{
    const auto digest = certs::sha256(text);
    return {digest.begin(), digest.end()};
}

std::string encode(const SchemaPages& schema)
{
    std::string text{magic};
    append_number(text, static_cast<std::uint32_t>(schema.page_size));
    for (std::size_t i = 0; i < schema.pages.size(); ++i) {
        append_number(text, schema.numbers[i]);
        text += schema.pages[i];
    }
    return text + digest_of(text);
}

std::optional<SchemaPages> decode(std::string_view text)
{
    if (text.size() < magic.size() + number_bytes + digest_bytes || !text.starts_with(magic)) return {};
    const std::string_view content = text.substr(0, text.size() - digest_bytes);
    if (text.substr(content.size()) != digest_of(content)) return {};
    SchemaPages schema;
    schema.page_size = number_at(content, magic.size());
    for (std::size_t at = magic.size() + number_bytes; at < content.size();
         at += number_bytes + schema.page_size) {
        schema.numbers.push_back(number_at(content, at));
        schema.pages.emplace_back(content.substr(at + number_bytes, schema.page_size));
    }
    return schema;
}

std::streamoff offset_of(const SchemaPages& schema, std::size_t index)
{
    return static_cast<std::streamoff>((schema.numbers[index] - 1) * schema.page_size);
}

// Which pages they are; afterwards the database alone, without its log, holds what they say.
SchemaPages find_pages(const DatabaseOptions& options)
{
    SchemaPages schema;
    Database db{options};
    schema.page_size = static_cast<std::size_t>(db.scalar("PRAGMA page_size"));
    Statement pages = db.prepare("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema' ORDER BY pageno");
    for (pages.bind(); pages.step();) schema.numbers.push_back(static_cast<std::uint32_t>(pages.integer(0)));
    db.checkpoint(true);
    return schema;
}

bool read_pages(std::fstream& file, SchemaPages& schema)
{
    for (std::size_t i = 0; i < schema.numbers.size(); ++i) {
        std::string page(schema.page_size, '\0');
        file.seekg(offset_of(schema, i));
        if (!file.read(page.data(), static_cast<std::streamsize>(page.size()))) return false;
        schema.pages.push_back(std::move(page));
    }
    return true;
}

// The header also tells how the whole was then. With zeros there SQLite goes by the file's size, and knows of
// no free pages; and what changes with every commit is no reason to write the copy again.
void blank_header(SchemaPages& schema)
{
    for (std::size_t i = 0; i < schema.pages.size(); ++i) {
        if (schema.numbers[i] != 1) continue;
        for (const std::size_t at : blank_at) schema.pages[i].replace(at, number_bytes, number_bytes, '\0');
    }
}

} // namespace

std::filesystem::path schema_pages_file(const std::filesystem::path& database)
{
    return base::with_suffix(database, ".schema");
}

void keep_schema_pages(const DatabaseOptions& options)
{
    const std::filesystem::path copy = schema_pages_file(base::path_of(options.path));
    SchemaPages schema = find_pages(options);
    std::fstream file{base::path_of(options.path), std::ios::binary | std::ios::in};
    if (!read_pages(file, schema)) return;
    blank_header(schema);
    const std::string text = encode(schema);
    const auto before = base::read_file(copy);
    if (!before || *before != text) (void)base::write_private_file(copy, text);
}

bool put_back_schema_pages(const std::filesystem::path& database)
{
    const auto text = base::read_file(schema_pages_file(database));
    std::optional<SchemaPages> schema = text ? decode(*text) : std::nullopt;
    if (!schema) return false;
    std::fstream file{database, std::ios::binary | std::ios::in | std::ios::out};
    SchemaPages damaged{schema->page_size, schema->numbers, {}};
    if (!read_pages(file, damaged)) return false;
    if (!base::write_private_file(base::with_suffix(database, ".overwritten"), encode(damaged))) return false;
    for (std::size_t i = 0; i < schema->pages.size(); ++i) {
        file.seekp(offset_of(*schema, i));
        file.write(schema->pages[i].data(), static_cast<std::streamsize>(schema->page_size));
    }
    return file.flush().good();
}

} // namespace mizo::store
