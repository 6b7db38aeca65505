#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

struct sqlite3_vfs;

namespace mizo::tests {

struct CrashFile;

using FileBytes = std::vector<std::uint8_t>;
using DiskImage = std::map<std::string, FileBytes>;

// One thing that SQLite asked of the disk, in order.
struct DiskOperation {
    enum class Kind { write, truncate, sync, remove };

    Kind kind = Kind::write;
    std::string file;
    std::int64_t offset = 0; // of a truncation: the new size
    FileBytes bytes;
};

// What goes wrong, and from which operation of its kind on (counted from 0 when it is set).
struct DiskFault {
    enum class Kind { sync_error, write_error, read_only };

    Kind kind = Kind::sync_error;
    std::int64_t from = 0;
    std::int64_t count = 1; // how many fail; then the disk works again
    // The handle that met it fails from then on, whatever is asked of it: only opening the file again helps.
    bool loses_handle = false;
};

// A disk in memory as an SQLite VFS, for databases opened `exclusive`. It keeps a log of what was written
// and synced, and fails on demand. For use by one thread at a time.
class CrashDisk {
public:
    explicit CrashDisk(std::string vfs_name);
    CrashDisk(const CrashDisk&) = delete;
    CrashDisk& operator=(const CrashDisk&) = delete;
    ~CrashDisk();

    const std::string& vfs() const { return name_; }
    const std::vector<DiskOperation>& log() const { return log_; }
    void record(bool on) { recording_ = on; }

    DiskImage image() const;
    void load(const DiskImage& image);
    std::int64_t size() const;

    // Writes that would make the files larger than this together fail as on a full disk.
    void set_capacity(std::optional<std::int64_t> bytes) { capacity_ = bytes; }
    void set_fault(const DiskFault& fault);
    // From any thread.
    void clear_fault() { cleared_ = true; }
    bool fault_met() const { return fault_met_; }

private:
    friend struct CrashFile;
    friend struct CrashVfs;

    bool fails(DiskFault::Kind kind, CrashFile& file);

    std::string name_;
    std::unique_ptr<sqlite3_vfs> vfs_;
    std::map<std::string, std::shared_ptr<FileBytes>> files_;
    std::vector<DiskOperation> log_;
    bool recording_ = false;
    std::optional<std::int64_t> capacity_;
    std::optional<DiskFault> fault_;
    bool fault_met_ = false;
    std::atomic<bool> cleared_ = false;
};

// Walks through a log and says what a power cut may leave behind at each place: what was synced, and of what
// was not, each sector of 512 bytes kept, lost, torn or turned to garbage.
class PowerCut {
public:
    // `durable`: what was on the disk, and synced, before the log begins.
    explicit PowerCut(DiskImage durable = {}) : durable_{std::move(durable)} {}

    void advance(const DiskOperation& operation);
    DiskImage image(std::mt19937_64& random) const;

private:
    DiskImage durable_;
    std::map<std::string, std::vector<const DiskOperation*>> pending_;
};

} // namespace mizo::tests
