#include "daemon/agent/self.hpp"

#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/store/settings.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace mizo::agent {

namespace {

namespace json = boost::json;

constexpr std::string_view meta_key = "agent.self";
constexpr std::size_t name_bytes = 200;
constexpr std::chrono::minutes while_unknown{5};
constexpr std::chrono::hours while_known{12};

std::optional<Self> remembered(const std::optional<std::string>& text, const std::string& account)
{
    boost::system::error_code failed;
    const json::value kept = text ? json::parse(*text, failed) : json::value{};
    if (failed || !kept.is_object()) return {};
    const halo::Fields fields{kept.get_object()};
    const auto id = fields.first_number({"id"});
    if (!id || fields.text("account", 1'000) != account) return {};
    return Self{*id, fields.text("name", name_bytes)};
}

} // namespace

asio::awaitable<void> SelfKnowledge::load(std::string account)
{
    account_ = std::move(account);
    auto work = [](store::Database& db) { return store::load_meta(db, meta_key); };
    const std::optional<std::string> kept = co_await net::on_readers(parts_.readers, std::move(work));
    if (!account_.empty()) take(remembered(kept, account_));
}

void SelfKnowledge::set_account(std::string account)
{
    if (account == account_ && self_) return;
    const bool another = account != account_;
    account_ = std::move(account);
    if (another) take({});
    asked_for_.ring();
}

asio::awaitable<void> SelfKnowledge::run()
{
    while (!stopped_) {
        if (!account_.empty()) co_await ask();
        if (stopped_) break;
        const std::chrono::milliseconds wait = self_ ? std::chrono::milliseconds{while_known} : while_unknown;
        co_await asked_for_.wait(wait);
    }
}

void SelfKnowledge::stop()
{
    stopped_ = true;
    asked_for_.ring();
}

asio::awaitable<void> SelfKnowledge::ask()
{
    const std::string account = account_;
    halo_api::Call me;
    me.purpose = halo_api::Purpose::check;
    me.path = "/Agent/me";
    const auto answer = co_await parts_.api.call(std::move(me));
    // The client's own alarm says why there is none.
    if (!answer || !answer->ok() || account != account_) co_return;
    const auto object = halo::read_object(answer->body);
    if (!object) co_return;
    const halo::Fields fields{*object};
    const auto id = fields.first_number({"id", "agent_id"});
    if (!id) co_return;
    const Self self{*id, halo::clean_text(fields.text("name", name_bytes), name_bytes)};
    if (self_ == self) co_return;
    take(self);
    parts_.logger.info("acting in HaloPSA as", {{"agent", self.name}, {"id", std::to_string(self.id)}});
    co_await remember(self);
}

void SelfKnowledge::take(std::optional<Self> self)
{
    self_ = std::move(self);
    parts_.changed(self_);
}

asio::awaitable<void> SelfKnowledge::remember(Self self)
{
    const json::object kept{{"account", account_}, {"id", self.id}, {"name", self.name}};
    auto work = [text = json::serialize(kept)](store::Database& db) {
        store::set_meta(db, meta_key, text);
        return true;
    };
    std::string failed;
    try {
        co_await net::on_writer(parts_.writer, std::move(work));
    } catch (const std::exception& error) {
        failed = error.what();
    }
    // It is asked again after the next start.
    if (!failed.empty()) parts_.logger.debug("our agent's id could not be kept", {{"why", failed}});
}

} // namespace mizo::agent
