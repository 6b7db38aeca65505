#pragma once

#include "daemon/base/clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::admin {

// Writes a zip archive (PKWARE's APPNOTE 4.3) in memory, its files stored without compression. For small
// archives of small files: below 4 GiB and 65,535 files.
class ZipWriter {
public:
    explicit ZipWriter(base::WallTime modified);

    void add(std::string_view name, std::string_view bytes);
    // The archive; nothing may be added afterwards.
    std::string finish();

private:
    struct Entry {
        std::string name;
        std::uint32_t crc = 0;
        std::uint32_t size = 0;
        std::uint32_t offset = 0;
    };

    void put_common(const Entry& entry);

    std::uint16_t dos_time_ = 0;
    std::uint16_t dos_date_ = 0;
    std::string out_;
    std::vector<Entry> entries_;
};

// CRC-32 of ISO 3309, as zip, gzip and PNG use it.
std::uint32_t crc32(std::string_view bytes);

} // namespace mizo::admin
