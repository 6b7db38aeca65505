#pragma once

#include <deque>
#include <iosfwd>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mizo::cli {

// Prints the deliveries of the live stream: each when it arrives, and again when Mizo has all its events or
// one of them became a dead letter. Changes in between are left out.
class DeliveryTail {
public:
    DeliveryTail(std::ostream& out, bool as_json) : out_{out}, as_json_{as_json} {}

    void on_delivery(std::string_view json_text);

private:
    void remember(const std::string& id, const std::string& state);

    std::ostream& out_;
    bool as_json_;
    std::unordered_map<std::string, std::string> states_; // by id; of the last ones only
    std::deque<std::string> order_;
};

} // namespace mizo::cli
