#pragma once

#include "daemon/agent/agent.hpp"
#include "daemon/halo/api_fault.hpp"
#include "daemon/halo_api/bell.hpp"
#include "daemon/store/agent_keys.hpp"
#include "tests/support/fake_halo_api.hpp"
#include "tests/support/store_world.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace mizo::tests {

namespace json = boost::json;

// A HaloPSA that answers as a test says, by "METHOD /path"; `hold` keeps a kind of call waiting, for what
// happens meanwhile.
class HeldHaloApi final : public halo_api::Api {
public:
    using Reply = std::function<base::Result<halo_api::Answer>(const halo_api::Call&)>;

    explicit HeldHaloApi(asio::any_io_executor executor) : released_{std::move(executor)} {}

    void on(const std::string& what, Reply reply) { replies_[what] = std::move(reply); }
    void on(const std::string& what, int status, const std::string& body)
    {
        on(what, [=](const halo_api::Call&) { return halo_answer(status, body); });
    }
    void fails(const std::string& what, std::string_view code)
    {
        on(what, [code](const halo_api::Call&) { return halo::api_fault(code, "as the test says"); });
    }
    void hold(std::string what) { held_ = std::move(what); }
    void release()
    {
        held_.clear();
        released_.ring();
    }
    std::size_t count(const std::string& what) const
    {
        std::size_t found = 0;
        for (const auto& call : asked)
            if (call.method + ' ' + call.path == what) ++found;
        return found;
    }

    asio::awaitable<base::Result<halo_api::Answer>> call(halo_api::Call call) override
    {
        const std::string what = call.method + ' ' + call.path;
        asked.push_back(call);
        while (held_ == what) {
            co_await released_.wait(std::chrono::hours(1));
            const auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) co_return halo::api_fault("halo_stopped");
        }
        const auto found = replies_.find(what);
        if (found == replies_.end()) co_return halo_answer(404, R"({"error":"not found"})");
        co_return found->second(call);
    }

    std::vector<halo_api::Call> asked;

private:
    std::map<std::string, Reply> replies_;
    std::string held_;
    halo_api::Bell released_;
};

// The agent between a HaloPSA and a cloud that are both in memory, on the real store.
class AgentWorld : public StoreWorld {
public:
    explicit AgentWorld(config::Entries entries = {}) { begin(std::move(entries)); }
    ~AgentWorld()
    {
        end();
        close();
    }

    // Also after end(): a start of its own.
    void begin(config::Entries entries = {})
    {
        for (const char* automation : {"triage", "dispatch", "resolve", "request_info"})
            entries.push_back({"automation." + std::string{automation}, "on"});
        configure(std::move(entries));
    }
    void configure(config::Entries entries)
    {
        // The file is read once a key: what a test says counts.
        config::Sources sources;
        std::map<std::string, std::string> once;
        for (const auto& entry : entries) once.emplace(entry.name, entry.text);
        for (const auto& [name, text] : once) sources.file.push_back({name, text});
        auto loaded = config::Settings::load(sources);
        for (const auto& problem : loaded.problems) FAIL(problem.text);
        agent::ErrandRules rules;
        rules.pause = std::chrono::milliseconds{0};
        const auto send = [this](relay::Frame frame) {
            told.push_back(std::move(frame));
            return true;
        };
        agent = std::make_unique<agent::Agent>(agent::Agent::Parts{context.get_executor(), *writer, *readers,
                                                                   halo, clock, random, log, send, rules},
                                               loaded.settings);
        agent->on_call([this](const store::AgentCall& call) { calls.push_back(call); });
        agent->on_live(true);
    }
    void end()
    {
        if (!agent) return;
        halo.release();
        run(agent->stop());
        agent.reset();
    }

    static relay::Request request(std::string method, std::string path, std::string_view body = {})
    {
        relay::Request asked;
        asked.method = std::move(method);
        asked.path = std::move(path);
        asked.deadline_ms = 10'000;
        if (!body.empty()) asked.body = json::parse(body);
        return asked;
    }
    // Asks, and waits until it is answered and written down.
    relay::Response ask(relay::Request asked)
    {
        const std::size_t before = calls.size();
        begin_request(std::move(asked));
        wait_for(before + 1);
        return std::get<relay::Response>(told.back());
    }
    relay::Response get(std::string path) { return ask(request("GET", std::move(path))); }
    relay::Response post(std::string path, std::string_view body, std::string key = {})
    {
        relay::Request asked = request("POST", std::move(path), body);
        asked.idempotency_key = std::move(key);
        return ask(std::move(asked));
    }
    // Only asks; its rid.
    std::string begin_request(relay::Request asked)
    {
        if (asked.rid.empty()) asked.rid = "rid-" + std::to_string(++rids_);
        const std::string rid = asked.rid;
        agent->on(std::move(asked));
        settle();
        return rid;
    }
    // Runs what can go on without anything from outside.
    void settle()
    {
        context.restart();
        for (int i = 0; i < 3; ++i) {
            // A job of the store's ends here, with all that was given before.
            write([](store::Database&) { return true; });
            context.restart();
            context.poll();
        }
    }
    // Until so many requests and commands are written down in all.
    void wait_for(std::size_t count)
    {
        context.restart();
        const auto busy = asio::make_work_guard(context);
        while (calls.size() < count) context.run_one();
    }
    std::vector<relay::Response> responses() const
    {
        std::vector<relay::Response> all;
        for (const relay::Frame& frame : told)
            if (const auto* response = std::get_if<relay::Response>(&frame)) all.push_back(*response);
        return all;
    }
    std::int64_t stored(const std::string& sql)
    {
        return read([sql](store::Database& db) { return db.scalar(sql); });
    }

    HeldHaloApi halo{context.get_executor()};
    std::vector<relay::Frame> told;      // to the cloud
    std::vector<store::AgentCall> calls; // that were written down
    std::unique_ptr<agent::Agent> agent;

private:
    int rids_ = 0;
};

// The error's code; "status" of an answer that is none.
inline std::string code_of(const relay::Response& response)
{
    return response.error ? response.error->code : std::to_string(response.status);
}

inline std::string header(const relay::Response& response, std::string_view name)
{
    const auto* headers = response.headers.if_object();
    const auto* value = headers ? headers->if_contains(name) : nullptr;
    return value ? std::string{value->as_string()} : std::string{};
}

} // namespace mizo::tests
