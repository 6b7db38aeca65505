#include "daemon/store/backup.hpp"

#include "daemon/admin/resources.hpp"
#include "daemon/base/time_text.hpp"
#include "daemon/base/uuid.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fstream>

namespace mizo::admin {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = 256 * 1024;

// Sends a file, and removes it afterwards, however the sending ends.
class TemporaryFile final : public web::BodySource {
public:
    explicit TemporaryFile(fs::path path) : path_{std::move(path)}, in_{path_, std::ios::binary} {}
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() override
    {
        in_.close();
        std::error_code ignored;
        fs::remove(path_, ignored);
    }

    void next(Deliver deliver) override
    {
        std::string piece(piece_bytes, '\0');
        in_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        piece.resize(static_cast<std::size_t>(in_.gcount()));
        if (piece.empty())
            deliver(std::nullopt);
        else
            deliver(std::move(piece));
    }

private:
    fs::path path_;
    std::ifstream in_;
};

struct Places {
    fs::path database;
    fs::path copy;
};

// On a connection of its own, on the worker: a copy of gigabytes must hold up neither readers nor the writer.
asio::awaitable<std::optional<base::Error>> copy_database(Places places)
{
    store::DatabaseOptions options;
    options.path = places.database.string();
    options.read_only = true;
    store::Database db{options};
    const auto report = store::backup_to(db, places.copy);
    if (!report) co_return report.error();
    co_return std::nullopt;
}

} // namespace

Answer post_backup(Services& services, Call call)
{
    static constexpr std::span<const std::string_view> no_members;
    const auto body = read_object(call, no_members);
    if (!body) co_return problem(body.error());
    const fs::path& dir = services.parts.data_dir;
    Places places;
    places.database = dir / "relay.db";
    places.copy = dir / ("backup-" + base::uuid_v4(services.parts.random) + ".tmp");
    const fs::path copy = places.copy;
    auto copying = copy_database(std::move(places));
    const auto failure =
        co_await asio::co_spawn(services.parts.worker, std::move(copying), asio::use_awaitable);
    // From here on the file goes with its source.
    auto source = std::make_shared<TemporaryFile>(copy);
    if (failure) co_return problem_of(*failure, "store_unavailable");
    auto entry = services.deed(call, "backup_made");
    co_await services.audit(std::move(entry));

    const std::string day = base::rfc3339(services.now()).substr(0, 10);
    web::Response response;
    response.headers.add("Content-Type", "application/vnd.sqlite3");
    response.headers.add("Content-Disposition", "attachment; filename=\"mizo-relay-" + day + ".db\"");
    response.source = std::move(source);
    co_return response;
}

} // namespace mizo::admin
