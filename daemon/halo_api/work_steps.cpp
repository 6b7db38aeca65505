#include "daemon/halo/api_error.hpp"
#include "daemon/halo/api_fault.hpp"
#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/halo_api/work.hpp"
#include "daemon/store/settings.hpp"

#include <boost/json/serialize.hpp>

namespace mizo::halo_api {

namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr std::chrono::milliseconds token_limit = 45s; // with each permission asked for alone
constexpr std::string_view scopes_key = "halo_scopes";

net::Message message(std::string code, net::Message::Args args = {})
{
    return net::Message{std::move(code), {}, std::move(args)};
}

net::Message message_of(const base::Error& error)
{
    return message(error.code(), {{"reason", error.detail()}});
}

TestStep failed(std::string step, const base::Error& error, std::optional<net::Message> advice)
{
    return {std::move(step), false, message_of(error), std::move(advice), {}};
}

json::array list_of(const halo::Scopes& scopes)
{
    json::array list;
    for (const auto& scope : scopes) list.emplace_back(scope);
    return list;
}

halo::Scopes scopes_of(const json::array* list)
{
    halo::Scopes scopes;
    if (!list) return scopes;
    for (const auto& each : *list)
        if (each.is_string()) scopes.emplace_back(each.get_string());
    return scopes;
}

// Whose permissions were found out: others are found out anew.
json::object owner_of(const ApiSettings& settings)
{
    return {{"url", settings.url}, {"client_id", settings.client_id}, {"asked", list_of(settings.scopes)}};
}

} // namespace

asio::awaitable<void> Client::Work::start()
{
    auto load = [](store::Database& db) { return store::load_meta(db, scopes_key); };
    const auto text = co_await net::on_readers(parts_.readers, std::move(load));
    if (!text) co_return;
    const auto kept = halo::read_object(*text);
    if (!kept) co_return;
    const halo::Fields fields{*kept};
    const json::object* owner = fields.object("of");
    WorkingScopes scopes{scopes_of(fields.array("working")), scopes_of(fields.array("refused"))};
    if (owner && *owner == owner_of(*settings_) && !scopes.working.empty())
        tokens_.remember(std::move(scopes));
}

void Client::Work::keep(const WorkingScopes& scopes)
{
    const json::object kept{{"of", owner_of(*settings_)},
                            {"working", list_of(scopes.working)},
                            {"refused", list_of(scopes.refused)}};
    auto work = [text = json::serialize(kept)](store::Database& db) {
        store::set_meta(db, scopes_key, text);
    };
    store::JobTraits traits;
    traits.patient = true;
    // Without it they are found out again after the next start.
    if (!parts_.writer.submit(
            std::move(work), [](std::exception_ptr) {}, traits))
        logger_.debug("the permissions that work could not be kept");
}

asio::awaitable<std::vector<TestStep>> Client::Work::test()
{
    using Step = asio::awaitable<TestStep> (Work::*)();
    std::vector<TestStep> steps;
    tokens_.start_over();
    for (const Step step : {&Work::test_discovery, &Work::test_token, &Work::test_call}) {
        const base::SteadyTime began = now();
        TestStep done = co_await (this->*step)();
        done.took = std::chrono::duration_cast<std::chrono::milliseconds>(now() - began);
        steps.push_back(std::move(done));
        if (!steps.back().ok) break;
    }
    co_return steps;
}

asio::awaitable<TestStep> Client::Work::test_discovery()
{
    if (!settings_->configured()) {
        const base::Error missing = halo::api_fault("halo_not_configured");
        co_return failed("discovery", missing, message("advice_halo_configure"));
    }
    auto abort = std::make_shared<net::Abort>();
    const auto endpoint = co_await tokens_.discover(std::move(abort));
    if (!endpoint) {
        health_.failed(endpoint.error(), tokens_.advice(), parts_.clock.wall());
        co_return failed("discovery", endpoint.error(), tokens_.advice());
    }
    const char* code = endpoint->told ? "halo_test_discovery_ok" : "halo_test_discovery_usual";
    const std::string url = endpoint->url.substr(0, endpoint->url.find('?'));
    co_return TestStep{"discovery", true, message(code, {{"url", url}}), {}, {}};
}

asio::awaitable<TestStep> Client::Work::test_token()
{
    const auto access = co_await tokens_.get(now() + token_limit);
    if (!access) {
        health_.failed(access.error(), tokens_.advice(), parts_.clock.wall());
        co_return failed("token", access.error(), tokens_.advice());
    }
    const ScopeView scopes = tokens_.scopes();
    net::Message::Args count{{"count", std::to_string(scopes.granted.size())}};
    TestStep step{"token", true, message("halo_test_token_ok", std::move(count)), {}, {}};
    if (!scopes.refused.empty()) {
        net::Message::Args refused{{"scopes", halo::scope_text(scopes.refused)}};
        step.advice = message("advice_halo_scopes_refused", std::move(refused));
    }
    co_return step;
}

asio::awaitable<TestStep> Client::Work::test_call()
{
    Call me;
    me.path = "/Agent/me";
    const auto answer = co_await call(std::move(me));
    if (!answer) co_return failed("call", answer.error(), view().advice);
    if (!answer->ok()) {
        const std::string words = halo::api_error(answer->status, answer->body);
        co_return failed("call", halo::api_fault("halo_refused", words), advice_for(answer->status));
    }
    const auto agent = halo::read_object(answer->body);
    if (!agent) co_return failed("call", agent.error(), message("advice_halo_address"));
    const std::string name = halo::clean_text(halo::Fields{*agent}.text("name", 200), 200);
    co_return TestStep{"call", true, message("halo_test_call_ok", {{"agent", name}}), {}, {}};
}

} // namespace mizo::halo_api
