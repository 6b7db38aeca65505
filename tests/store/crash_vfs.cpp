#include "tests/store/crash_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace mizo::tests {

// An open file. SQLite allocates it, and knows its first member only.
struct CrashFile {
    sqlite3_file base;
    CrashDisk* disk;
    std::shared_ptr<FileBytes>* bytes;
    std::string* name;
    bool lost;

    static CrashFile& of(sqlite3_file* file) { return *reinterpret_cast<CrashFile*>(file); }

    static int close(sqlite3_file* file)
    {
        delete of(file).bytes;
        delete of(file).name;
        return SQLITE_OK;
    }

    static int read(sqlite3_file* file, void* into, int count, sqlite3_int64 offset)
    {
        if (of(file).lost) return SQLITE_IOERR_READ;
        const FileBytes& bytes = **of(file).bytes;
        const auto from = std::min(static_cast<std::size_t>(offset), bytes.size());
        const auto got = std::min(static_cast<std::size_t>(count), bytes.size() - from);
        if (got > 0) std::memcpy(into, bytes.data() + from, got);
        if (got == static_cast<std::size_t>(count)) return SQLITE_OK;
        std::memset(static_cast<char*>(into) + got, 0, static_cast<std::size_t>(count) - got);
        return SQLITE_IOERR_SHORT_READ;
    }

    static int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset)
    {
        CrashFile& self = of(file);
        if (self.disk->fails(DiskFault::Kind::read_only, self)) return SQLITE_READONLY;
        if (self.lost || self.disk->fails(DiskFault::Kind::write_error, self)) return SQLITE_IOERR_WRITE;
        FileBytes& bytes = **self.bytes;
        const auto end = static_cast<std::size_t>(offset) + static_cast<std::size_t>(count);
        if (end > bytes.size()) {
            const auto growth = static_cast<std::int64_t>(end - bytes.size());
            if (self.disk->capacity_ && self.disk->size() + growth > *self.disk->capacity_)
                return SQLITE_FULL;
            bytes.resize(end);
        }
        const auto* data = static_cast<const std::uint8_t*>(from);
        std::copy_n(data, count, bytes.begin() + offset);
        if (self.disk->recording_) {
            self.disk->log_.push_back(
                {DiskOperation::Kind::write, *self.name, offset, FileBytes(data, data + count)});
        }
        return SQLITE_OK;
    }

    static int truncate(sqlite3_file* file, sqlite3_int64 size)
    {
        CrashFile& self = of(file);
        if (static_cast<std::size_t>(size) < (*self.bytes)->size()) {
            (*self.bytes)->resize(static_cast<std::size_t>(size));
        }
        if (self.disk->recording_)
            self.disk->log_.push_back({DiskOperation::Kind::truncate, *self.name, size, {}});
        return SQLITE_OK;
    }

    static int sync(sqlite3_file* file, int)
    {
        CrashFile& self = of(file);
        if (self.lost || self.disk->fails(DiskFault::Kind::sync_error, self)) return SQLITE_IOERR_FSYNC;
        if (self.disk->recording_) self.disk->log_.push_back({DiskOperation::Kind::sync, *self.name, 0, {}});
        return SQLITE_OK;
    }

    static int size(sqlite3_file* file, sqlite3_int64* size)
    {
        *size = static_cast<sqlite3_int64>((*of(file).bytes)->size());
        return SQLITE_OK;
    }

    static int lock(sqlite3_file*, int) { return SQLITE_OK; }
    static int reserved(sqlite3_file*, int* held)
    {
        *held = 0;
        return SQLITE_OK;
    }
    static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
    static int sector(sqlite3_file*) { return 512; }
    // As SQLite's own VFS for Unix says of its disks: a torn write spoils no byte beside it.
    static int traits(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }
};

struct CrashVfs {
    static constexpr sqlite3_io_methods methods{
        1,
        CrashFile::close,
        CrashFile::read,
        CrashFile::write,
        CrashFile::truncate,
        CrashFile::sync,
        CrashFile::size,
        CrashFile::lock,
        CrashFile::lock,
        CrashFile::reserved,
        CrashFile::control,
        CrashFile::sector,
        CrashFile::traits,
        nullptr,
        nullptr,
        nullptr,
        nullptr,
        nullptr,
        nullptr,
    };

    static CrashDisk& disk(sqlite3_vfs* vfs) { return *static_cast<CrashDisk*>(vfs->pAppData); }

    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags)
    {
        CrashDisk& self = disk(vfs);
        file->pMethods = nullptr;
        const std::string path = name == nullptr ? "temporary" : name;
        auto found = self.files_.find(path);
        if (found == self.files_.end()) {
            if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
            found = self.files_.emplace(path, std::make_shared<FileBytes>()).first;
        }
        auto* opened = new (file) CrashFile{};
        opened->base.pMethods = &methods;
        opened->disk = &self;
        opened->bytes = new std::shared_ptr<FileBytes>{found->second};
        opened->name = new std::string{path};
        if (out_flags != nullptr) *out_flags = flags;
        return SQLITE_OK;
    }

    static int remove(sqlite3_vfs* vfs, const char* name, int)
    {
        CrashDisk& self = disk(vfs);
        self.files_.erase(name);
        if (self.recording_) self.log_.push_back({DiskOperation::Kind::remove, name, 0, {}});
        return SQLITE_OK;
    }

    static int access(sqlite3_vfs* vfs, const char* name, int, int* found)
    {
        *found = disk(vfs).files_.contains(name) ? 1 : 0;
        return SQLITE_OK;
    }

    static int full_path(sqlite3_vfs*, const char* name, int size, char* out)
    {
        std::strncpy(out, name, static_cast<std::size_t>(size));
        return SQLITE_OK;
    }

    static int randomness(sqlite3_vfs*, int count, char* out)
    {
        std::memset(out, 42, static_cast<std::size_t>(count)); // runs must be repeatable
        return count;
    }

    static int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }

    static int now(sqlite3_vfs*, double* days)
    {
        *days = 2461000.5;
        return SQLITE_OK;
    }
};

CrashDisk::CrashDisk(std::string vfs_name) : name_{std::move(vfs_name)}, vfs_{std::make_unique<sqlite3_vfs>()}
{
    vfs_->iVersion = 1;
    vfs_->szOsFile = sizeof(CrashFile);
    vfs_->mxPathname = 512;
    vfs_->zName = name_.c_str();
    vfs_->pAppData = this;
    vfs_->xOpen = CrashVfs::open;
    vfs_->xDelete = CrashVfs::remove;
    vfs_->xAccess = CrashVfs::access;
    vfs_->xFullPathname = CrashVfs::full_path;
    vfs_->xRandomness = CrashVfs::randomness;
    vfs_->xSleep = CrashVfs::sleep;
    vfs_->xCurrentTime = CrashVfs::now;
    sqlite3_vfs_register(vfs_.get(), 0);
}

CrashDisk::~CrashDisk()
{
    sqlite3_vfs_unregister(vfs_.get());
}

DiskImage CrashDisk::image() const
{
    DiskImage image;
    for (const auto& [name, bytes] : files_) image[name] = *bytes;
    return image;
}

void CrashDisk::load(const DiskImage& image)
{
    files_.clear();
    for (const auto& [name, bytes] : image) files_[name] = std::make_shared<FileBytes>(bytes);
}

std::int64_t CrashDisk::size() const
{
    std::size_t size = 0;
    for (const auto& [name, bytes] : files_) size += bytes->size();
    return static_cast<std::int64_t>(size);
}

void CrashDisk::set_fault(const DiskFault& fault)
{
    fault_ = fault;
    fault_met_ = false;
    cleared_ = false;
}

bool CrashDisk::fails(DiskFault::Kind kind, CrashFile& file)
{
    if (!fault_ || cleared_ || fault_->kind != kind) return false;
    if (fault_->from-- > 0) return false;
    if (fault_->count-- <= 0) {
        fault_.reset();
        return false;
    }
    fault_met_ = true;
    file.lost = file.lost || fault_->loses_handle;
    return true;
}

namespace {

constexpr std::int64_t sector_bytes = 512;

void write_at(FileBytes& file, std::int64_t offset, const std::uint8_t* from, std::int64_t count)
{
    const auto end = static_cast<std::size_t>(offset + count);
    if (end > file.size()) file.resize(end);
    std::copy_n(from, count, file.begin() + offset);
}

void apply(FileBytes& file, const DiskOperation& operation)
{
    if (operation.kind == DiskOperation::Kind::truncate) {
        if (static_cast<std::size_t>(operation.offset) < file.size())
            file.resize(static_cast<std::size_t>(operation.offset));
    } else {
        write_at(file, operation.offset, operation.bytes.data(),
                 static_cast<std::int64_t>(operation.bytes.size()));
    }
}

// Of each sector that a write touches, its own fate.
void apply_in_part(FileBytes& file, const DiskOperation& write, unsigned keep_percent,
                   std::mt19937_64& random)
{
    const auto end = write.offset + static_cast<std::int64_t>(write.bytes.size());
    for (std::int64_t at = write.offset; at < end;) {
        const std::int64_t next = std::min(end, (at / sector_bytes + 1) * sector_bytes);
        const std::uint8_t* from = write.bytes.data() + (at - write.offset);
        const auto fate = random() % 100;
        if (fate < keep_percent) {
            write_at(file, at, from, next - at);
        } else if (fate % 8 == 0) { // torn: its beginning was written
            write_at(file, at, from, static_cast<std::int64_t>(random() % static_cast<unsigned>(next - at)));
        } else if (fate % 8 == 1) {
            FileBytes garbage(static_cast<std::size_t>(next - at));
            for (auto& byte : garbage) byte = static_cast<std::uint8_t>(random());
            write_at(file, at, garbage.data(), next - at);
        }
        at = next;
    }
}

} // namespace

void PowerCut::advance(const DiskOperation& operation)
{
    if (operation.kind == DiskOperation::Kind::remove) {
        durable_.erase(operation.file);
        pending_.erase(operation.file);
        return;
    }
    auto& pending = pending_[operation.file];
    if (operation.kind != DiskOperation::Kind::sync) {
        pending.push_back(&operation);
        return;
    }
    for (const DiskOperation* earlier : pending) apply(durable_[operation.file], *earlier);
    pending.clear();
}

DiskImage PowerCut::image(std::mt19937_64& random) const
{
    DiskImage image = durable_;
    // From a disk that had written nearly nothing of it to one that had written nearly all.
    const auto keep_percent = static_cast<unsigned>(random() % 5 * 25);
    for (const auto& [name, operations] : pending_) {
        for (const DiskOperation* operation : operations) {
            if (operation->kind == DiskOperation::Kind::write)
                apply_in_part(image[name], *operation, keep_percent, random);
            else if (random() % 2 == 0)
                apply(image[name], *operation);
        }
    }
    return image;
}

} // namespace mizo::tests
