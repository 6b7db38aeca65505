#include "daemon/setup/guide.hpp"

#include "daemon/halo/api_fault.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/net/task_report.hpp"
#include "daemon/setup/judge.hpp"
#include "daemon/setup/switched.hpp"
#include "daemon/store/checks.hpp"
#include "daemon/store/ledger.hpp"
#include "daemon/store/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mizo::setup {

namespace {

using config::Key;
using std::chrono::milliseconds;

constexpr milliseconds run_limit{28'000};
constexpr std::chrono::hours looked_every{24};
constexpr milliseconds after_settings{1'500}; // several often change one after the other
constexpr milliseconds after_start{5'000};
constexpr std::chrono::seconds types_kept{60};
constexpr milliseconds watched_every{1'000};
constexpr milliseconds waited_at_most{5'000};
constexpr std::string_view ran_key = "checks_ran_ms";

constexpr std::array automations{Key::automation_triage, Key::automation_dispatch, Key::automation_resolve,
                                 Key::automation_request_info};

struct Stored {
    std::vector<store::CheckRow> rows;
    std::optional<std::string> ran;
    std::optional<std::string> switched;
};

std::optional<base::WallTime> time_in(const std::optional<std::string>& text)
{
    std::int64_t ms = 0;
    if (!text) return {};
    const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), ms);
    if (failure != std::errc{} || end != text->data() + text->size()) return {};
    return base::from_ms(ms);
}

std::vector<OwnCertificate> certificates_of(const custody::WebhookCertificates& certificates)
{
    std::vector<OwnCertificate> out;
    for (const auto& each : certificates.all()) {
        const auto state = each.record.state;
        if (state == certs::CertificateState::retired || state == certs::CertificateState::revoked) continue;
        out.push_back(
            {each.record.id, each.thumbprint, each.record.is_accepted(), !each.record.key_destroyed});
    }
    return out;
}

} // namespace

Guide::Guide(Parts parts)
    : parts_{std::move(parts)},
      logger_{parts_.log, "setup"},
      collector_{parts_.api, parts_.clock},
      mender_{{parts_.api,
               [this] { return std::string{parts_.settings.current()->secret(Key::halo_tab_secret)}; },
               parts_.keep_tab_secret}},
      installer_{
          {parts_.certificates, collector_, mender_, parts_.clock, [this] { return keep_switched(); }}},
      wake_{parts_.executor},
      tasks_{parts_.executor, net::report_to(logger_)}
{}

asio::awaitable<void> Guide::start()
{
    auto work = [](store::Database& db) {
        return Stored{store::load_checks(db), store::load_meta(db, ran_key),
                      store::load_meta(db, switched_key)};
    };
    const Stored stored = co_await net::on_readers(parts_.readers, std::move(work));
    for (const store::CheckRow& row : stored.rows) {
        const auto verdict = verdict_from(row.verdict);
        auto state = verdict ? from_content(row.id, *verdict, row.content) : std::nullopt;
        if (!state) continue;
        state->since = row.since;
        state->checked = row.checked;
        items_.push_back(std::move(*state));
    }
    ran_ = time_in(stored.ran);
    if (stored.switched) switched_ = switched_from(*stored.switched);
    const base::WallTime now = parts_.clock.wall();
    // What HaloPSA signs with is unknown where the stop came in the middle of changing it.
    const bool fresh = ran_ && now >= *ran_ && now - *ran_ < looked_every && !switched_;
    next_ = parts_.clock.steady() + (fresh ? milliseconds{*ran_ + looked_every - now} : after_start);
    tasks_.spawn("setup guide", run());
}

asio::awaitable<void> Guide::stop()
{
    stopped_ = true;
    wake_.ring();
    tasks_.cancel();
    co_await tasks_.join();
}

void Guide::settings_changed()
{
    types_read_.reset();
    next_ = std::min(next_, parts_.clock.steady() + after_settings);
    wake_.ring();
}

void Guide::run_now()
{
    if (running_ || mending_) return;
    next_ = parts_.clock.steady();
    running_ = true;
    done_ = 0;
    ++revision_;
    wake_.ring();
}

GuideView Guide::view() const
{
    GuideView view{running_, ran_, {}, done_, area_count, items_};
    if (!running_) {
        const auto left = std::max(next_ - parts_.clock.steady(), base::SteadyTime::duration{0});
        view.next = parts_.clock.wall() + std::chrono::duration_cast<milliseconds>(left);
    }
    return view;
}

std::vector<CheckState> Guide::turned_wrong() const
{
    std::vector<CheckState> out;
    for (const CheckState& each : items_)
        if (each.was_right && each.check.verdict == Verdict::wrong) out.push_back(each);
    return out;
}

asio::awaitable<void> Guide::run()
{
    while (!stopped_) {
        const base::SteadyTime now = parts_.clock.steady();
        const bool due = now >= next_ && !mending_;
        if (due) next_ = now + looked_every;
        std::string failed;
        try {
            if (due) co_await look();
            if (!due && !mending_) co_await follow_test_ticket();
            if (!mending_) co_await watch_switch();
            if (!mending_) co_await rotate_if_due();
        } catch (const boost::system::system_error&) {
            running_ = false;
            throw; // cancelled
        } catch (const std::exception& error) {
            failed = error.what();
        }
        if (due) ++revision_;
        running_ = false;
        if (!failed.empty()) logger_.warning("checks not finished", {{"why", failed}});
        // The test ticket is looked at now and then, and a clock that jumps is noticed.
        const auto left = std::chrono::ceil<milliseconds>(next_ - parts_.clock.steady());
        const milliseconds at_most = switched_ ? watched_every : waited_at_most;
        const milliseconds pause = mending_ ? watched_every : std::clamp(left, milliseconds{1}, at_most);
        co_await wake_.wait(pause);
    }
}

asio::awaitable<void> Guide::look()
{
    running_ = true;
    done_ = 0;
    ++revision_;
    co_await own_facts();
    collector_.set_deadline(parts_.clock.steady() + run_limit);
    for (std::size_t i = 0; i < area_count; ++i) {
        const Area area = static_cast<Area>(i);
        // Without an answer to the first, the others would only wait in vain.
        const bool hopeless =
            i > 0 && facts_.version.seen != Seen::read && facts_.version.seen != Seen::no_rights;
        if (!hopeless) co_await collector_.read(area, facts_);
        if (hopeless && i == 1) forget_halo(facts_);
        ++done_;
        ++revision_;
    }
    facts_.own.scopes = parts_.scopes();
    types_read_ = parts_.clock.steady();
    ran_ = parts_.clock.wall();
    take(judge(facts_));
    co_await save();
}

asio::awaitable<void> Guide::own_facts()
{
    auto work = [](store::Database& db) { return store::last_success(db).accepted; };
    const auto accepted = co_await net::on_readers(parts_.readers, std::move(work));
    const auto settings = parts_.settings.current();
    Own own;
    own.halo_url = settings->text(Key::halo_url);
    own.client_id = settings->text(Key::halo_client_id);
    own.client_secret = settings->is_set(Key::halo_client_secret);
    own.tab_secret = settings->is_set(Key::halo_tab_secret);
    own.language = settings->text(Key::ui_language);
    own.webhook_url = parts_.webhook_url();
    own.webhook_auth = settings->text(Key::webhook_auth);
    own.tab_url = parts_.tab_url();
    own.ticket_types = settings->ids(Key::scope_ticket_types);
    own.assignable_types = settings->ids(Key::scope_assignable_types);
    for (const Key key : automations)
        if (settings->flag(key)) own.automations.emplace_back(config::setting_of(key).name);
    own.certificates = certificates_of(parts_.certificates);
    own.last_accepted = accepted;
    own.scopes = parts_.scopes();
    facts_.own = std::move(own);
    facts_.test_ticket = parts_.test_ticket();
}

asio::awaitable<void> Guide::follow_test_ticket()
{
    const bool looked = facts_.version.seen != Seen::not_read;
    if (!looked || parts_.test_ticket() == facts_.test_ticket) co_return;
    co_await own_facts();
    take(judge(facts_));
    co_await save();
}

void Guide::take(const Checks& checks)
{
    const base::WallTime now = parts_.clock.wall();
    std::vector<CheckState> items;
    for (const Check& check : checks) {
        CheckState state{check, now, now, check.verdict == Verdict::right};
        if (const CheckState* before = find(check.id)) {
            state.was_right = state.was_right || before->was_right;
            if (before->check.verdict == check.verdict) state.since = before->since;
            if (before->check.verdict == Verdict::right && check.verdict == Verdict::wrong)
                logger_.warning("a check of the setup guide turned wrong", {{"check", check.id}});
        }
        items.push_back(std::move(state));
    }
    items_ = std::move(items);
    ++revision_;
}

const CheckState* Guide::find(std::string_view id) const
{
    const auto found = std::find_if(items_.begin(), items_.end(),
                                    [&](const CheckState& each) { return each.check.id == id; });
    return found == items_.end() ? nullptr : &*found;
}

asio::awaitable<void> Guide::save()
{
    std::vector<store::CheckRow> rows;
    for (const CheckState& each : items_)
        rows.push_back({each.check.id, std::string{name_of(each.check.verdict)}, each.since, each.checked,
                        content_of(each)});
    const std::string ran = ran_ ? std::to_string(base::to_ms(*ran_)) : "";
    auto work = [rows = std::move(rows), ran](store::Database& db) {
        store::save_checks(db, rows);
        if (!ran.empty()) store::set_meta(db, ran_key, ran);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(work));
}

asio::awaitable<base::Result<Facts>> Guide::ticket_types()
{
    const base::SteadyTime now = parts_.clock.steady();
    const bool fresh = types_read_ && now - *types_read_ < types_kept && facts_.ticket_types.ok();
    if (!fresh && !running_ && !mending_) {
        co_await own_facts();
        collector_.set_deadline(now + run_limit);
        co_await collector_.read(Area::tabs, facts_);
        co_await collector_.read(Area::ticket_types, facts_);
        types_read_ = now;
    }
    if (!facts_.ticket_types.ok()) co_return halo::api_fault("halo_refused", facts_.ticket_types.reason);
    co_return facts_;
}

} // namespace mizo::setup
