#include "daemon/cli/delivery_tail.hpp"

#include "daemon/cli/api.hpp"
#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

#include <ostream>

namespace mizo::cli {

namespace {

constexpr std::size_t remembered_max = 10'000;

std::string ending_line(const json::object& delivery, const std::string& state)
{
    const auto acked = time_of(delivery, "acked_at");
    const auto received = time_of(delivery, "received_at").value_or(base::WallTime{});
    std::string line =
        local_time(acked.value_or(received)) + "  " + (state == "dead" ? "DEAD LETTER" : state);
    if (const auto latency = integer_of(delivery, "latency_ms"))
        line += " after " + duration_text(std::chrono::milliseconds{*latency});
    if (const auto ticket = integer_of(delivery, "ticket")) line += "  #" + std::to_string(*ticket);
    return printable(line + "  " + text_of(delivery, "id"));
}

} // namespace

void DeliveryTail::on_delivery(std::string_view json_text)
{
    if (as_json_) {
        out_ << json_text << "\n";
        return;
    }
    const json::object delivery = parse_object(json_text);
    const std::string id = text_of(delivery, "id");
    const std::string state = text_of(delivery, "state");
    const auto known = states_.find(id);
    if (known == states_.end()) {
        out_ << delivery_line(delivery) << "\n";
        remember(id, state == "acked" || state == "dead" ? "" : state);
    }
    std::string& shown = states_[id];
    if (state != shown && (state == "acked" || state == "dead")) out_ << ending_line(delivery, state) << "\n";
    shown = state;
}

void DeliveryTail::remember(const std::string& id, const std::string& state)
{
    states_[id] = state;
    order_.push_back(id);
    if (order_.size() <= remembered_max) return;
    states_.erase(order_.front());
    order_.pop_front();
}

} // namespace mizo::cli
