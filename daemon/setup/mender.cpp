#include "daemon/setup/mender.hpp"

#include "certs/random.hpp"
#include "daemon/halo/api_error.hpp"
#include "daemon/halo/api_fault.hpp"
#include "daemon/halo/body.hpp"

#include <boost/json/serialize.hpp>

#include <array>

namespace mizo::setup {

namespace {

constexpr std::chrono::milliseconds write_limit{15'000};
constexpr std::size_t secret_length = 40;

constexpr std::array<std::pair<std::string_view, Area>, 9> areas{{{"agent", Area::agents},
                                                                  {"application", Area::application},
                                                                  {"permission", Area::application},
                                                                  {"tab", Area::tabs},
                                                                  {"ticket_types", Area::ticket_types},
                                                                  {"certificate", Area::certificates},
                                                                  {"webhook", Area::webhook},
                                                                  {"event", Area::events},
                                                                  {"resolve", Area::outcomes}}};

} // namespace

Area area_of(std::string_view check)
{
    const std::string_view group = check.substr(0, check.find('.'));
    for (const auto& [word, area] : areas)
        if (word == group) return area;
    return Area::connection;
}

std::vector<Area> needed_for(Area area)
{
    switch (area) {
    case Area::application: return {Area::agents, Area::application};
    case Area::ticket_types: return {Area::tabs, Area::ticket_types};
    case Area::certificates: return {Area::webhook, Area::certificates};
    case Area::webhook: return {Area::certificates, Area::webhook};
    case Area::events: return {Area::webhook, Area::outcomes, Area::events};
    case Area::deliveries: return {Area::webhook, Area::deliveries};
    case Area::connection:
    case Area::agents:
    case Area::tabs:
    case Area::outcomes: return {area};
    }
    return {area};
}

asio::awaitable<base::Result<json::object>> Mender::post(std::string path, json::object body)
{
    halo_api::Call call;
    call.purpose = halo_api::Purpose::check;
    call.method = "POST";
    call.path = std::move(path);
    call.deadline = write_limit;
    json::array one;
    one.emplace_back(std::move(body));
    call.body = json::serialize(one);
    const auto answer = co_await parts_.api.call(std::move(call));
    if (!answer) co_return answer.error();
    if (!answer->ok())
        co_return halo::api_fault("halo_refused", halo::api_error(answer->status, answer->body));
    auto object = halo::read_object(answer->body);
    if (!object) co_return json::object();
    co_return std::move(*object);
}

asio::awaitable<base::Result<void>> Mender::remove(std::string path)
{
    halo_api::Call call;
    call.purpose = halo_api::Purpose::check;
    call.method = "DELETE";
    call.path = std::move(path);
    call.deadline = write_limit;
    const auto answer = co_await parts_.api.call(std::move(call));
    if (!answer) co_return answer.error();
    if (!answer->ok())
        co_return halo::api_fault("halo_refused", halo::api_error(answer->status, answer->body));
    co_return base::Result<void>{};
}

// The secret is kept after HaloPSA has it: the other way round, a working tab would end by a call that
// failed.
asio::awaitable<base::Result<void>> Mender::apply(Edit edit)
{
    std::string made;
    if (edit.needs_secret) {
        std::string secret = parts_.tab_secret();
        if (secret.empty()) secret = made = certs::random_alphanumeric(secret_length);
        edit.body["new_iframe_secret"] = secret;
    }
    const auto written = co_await post(std::move(edit.path), std::move(edit.body));
    if (!written) co_return written.error();
    if (made.empty()) co_return base::Result<void>{};
    co_return co_await parts_.keep_tab_secret(std::move(made));
}

} // namespace mizo::setup
