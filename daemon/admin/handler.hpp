#pragma once

#include "daemon/admin/cloud_commands.hpp"
#include "daemon/admin/routes.hpp"
#include "daemon/base/embedded.hpp"
#include "daemon/net/server.hpp"

#include <atomic>
#include <cstdint>
#include <span>
#include <string>

namespace mizo::admin {

// The admin listener: gate, sign-in, the calls of the API, the page. The app owns it, tells it what happens,
// and runs it in its scope.
class AdminHandler final : public net::RequestHandler {
public:
    explicit AdminHandler(Parts parts, std::span<const embedded::File> page = embedded::webui());
    ~AdminHandler() override;

    // How the listener is reached; before the first request.
    void set_address(AdminAddress address) { services_.address = std::move(address); }

    net::Admission admit(const web::RequestHead& head) override;
    asio::awaitable<web::Response> handle(web::Request request) override;
    web::Response refuse(int status, std::string_view what) override;

    // Keeps streams alive and the status told, until it is cancelled. One at a time.
    asio::awaitable<void> run();
    // One turn of it; four a second.
    asio::awaitable<void> turn();

    // A delivery was recorded, or one of its events has changed. On the loop's thread.
    void announce(const std::string& delivery_id) { services_.feed.delivery(delivery_id); }
    // Something that the cloud asked of the agent was written down. On the loop's thread.
    void agent_call(const store::AgentCall& call);
    // A log line was written; from any thread. Must not be called after close().
    void log_line(const base::LogLine& line);
    // The test ticket has come further.
    void test_ticket_changed();
    // What of the cloud's commands is done here; for as long as this lives.
    agent::CommandActions cloud_commands() { return admin::cloud_commands(services_); }
    // Ends all streams, so that the server can stop.
    void close();

    Hub& hub() { return services_.hub; }
    // Writes an entry of the audit: the service's own deeds.
    asio::awaitable<void> audit(std::string action, json::object args = {});

private:
    asio::awaitable<web::Response> respond(web::Request request);
    asio::awaitable<web::Response> call(const Route& route, Call call);
    asio::awaitable<Caller> caller_of(web::RequestHead head);
    // The problem's code, or empty.
    std::string_view check_access(const Route& route, const Call& call) const;
    void tell_refusal(std::string_view code, const web::RequestHead& head);
    web::Response broken(const web::RequestHead& head, const std::string& what);
    asio::awaitable<void> tell_status();
    void tell_checks();
    void tell_halo();
    asio::awaitable<void> end_dead_streams();

    Services services_;
    web::Router<Route> routes_;
    std::span<const embedded::File> page_;
    std::optional<base::SteadyTime> refusal_told_;
    std::uint64_t turns_ = 0;
    std::string told_; // the status' essential part, as last published
    std::string told_whole_;
    std::uint64_t checks_told_ = 0;
    std::string told_halo_;
    std::atomic<bool> log_wanted_{false};
    std::atomic<int> log_waiting_{0};
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // for what is posted to the loop
};

} // namespace mizo::admin
