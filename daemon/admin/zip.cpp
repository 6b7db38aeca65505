#include "daemon/admin/zip.hpp"

#include <array>
#include <chrono>

namespace mizo::admin {

namespace {

constexpr std::uint16_t version_needed = 20;
constexpr std::uint16_t utf8_names = 1 << 11;
constexpr std::uint16_t stored = 0;

void put16(std::string& out, std::uint16_t value)
{
    out += static_cast<char>(value & 0xff);
    out += static_cast<char>(value >> 8);
}

void put32(std::string& out, std::uint32_t value)
{
    put16(out, static_cast<std::uint16_t>(value & 0xffff));
    put16(out, static_cast<std::uint16_t>(value >> 16));
}

constexpr std::array<std::uint32_t, 256> make_crc_table()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320U : 0U);
        table.at(byte) = value;
    }
    return table;
}
constexpr auto crc_table = make_crc_table();

} // namespace

std::uint32_t crc32(std::string_view bytes)
{
    std::uint32_t crc = 0xffffffffU;
    for (const char c : bytes) crc = (crc >> 8) ^ crc_table.at((crc ^ static_cast<unsigned char>(c)) & 0xff);
    return crc ^ 0xffffffffU;
}

ZipWriter::ZipWriter(base::WallTime modified)
{
    using namespace std::chrono;
    const auto day = floor<days>(modified);
    const year_month_day date{day};
    const hh_mm_ss<seconds> time{floor<seconds>(modified - day)};
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()) - 1980);
    dos_date_ = static_cast<std::uint16_t>(year << 9 | static_cast<unsigned>(date.month()) << 5 |
                                           static_cast<unsigned>(date.day()));
    dos_time_ = static_cast<std::uint16_t>(static_cast<unsigned>(time.hours().count()) << 11 |
                                           static_cast<unsigned>(time.minutes().count()) << 5 |
                                           static_cast<unsigned>(time.seconds().count() / 2));
}

// What a file's own head and its line in the directory have in common.
void ZipWriter::put_common(const Entry& entry)
{
    put16(out_, version_needed);
    put16(out_, utf8_names);
    put16(out_, stored);
    put16(out_, dos_time_);
    put16(out_, dos_date_);
    put32(out_, entry.crc);
    put32(out_, entry.size); // compressed
    put32(out_, entry.size);
    put16(out_, static_cast<std::uint16_t>(entry.name.size()));
    put16(out_, 0); // extra field
}

void ZipWriter::add(std::string_view name, std::string_view bytes)
{
    entries_.push_back({std::string{name}, crc32(bytes), static_cast<std::uint32_t>(bytes.size()),
                        static_cast<std::uint32_t>(out_.size())});
    put32(out_, 0x04034b50);
    put_common(entries_.back());
    out_ += name;
    out_ += bytes;
}

std::string ZipWriter::finish()
{
    const auto directory = static_cast<std::uint32_t>(out_.size());
    for (const Entry& entry : entries_) {
        put32(out_, 0x02014b50);
        put16(out_, version_needed); // made by
        put_common(entry);
        put16(out_, 0); // comment
        put16(out_, 0); // disk
        put16(out_, 0); // internal attributes
        put32(out_, 0); // external attributes
        put32(out_, entry.offset);
        out_ += entry.name;
    }
    const auto size = static_cast<std::uint32_t>(out_.size()) - directory;
    const auto count = static_cast<std::uint16_t>(entries_.size());
    put32(out_, 0x06054b50);
    put16(out_, 0);
    put16(out_, 0);
    put16(out_, count);
    put16(out_, count);
    put32(out_, size);
    put32(out_, directory);
    put16(out_, 0);
    return std::move(out_);
}

} // namespace mizo::admin
