#pragma once

#include "daemon/base/secret.hpp"
#include "daemon/config/problem.hpp"
#include "daemon/config/setting.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mizo::config {

// A secret is held by pointer, so that copies of a value share it.
using SharedSecret = std::shared_ptr<const base::Secret>;

// The value of a setting; monostate is "unset". Texts, choices and addresses are strings.
using Value = std::variant<std::monostate, std::string, std::int64_t, double, bool, std::vector<std::string>,
                           SharedSecret>;

struct Parsed {
    Value value;
    std::optional<Problem> problem;
};

// One value as an admin writes it: "4 MiB", "on", "1, 4, 25". An empty text is "unset".
Parsed parse_text(const Setting& setting, std::string_view text);

// One value as the admin API takes it; null is "unset".
Parsed parse_json(const Setting& setting, const boost::json::value& json);

// The reverse of parse_text; a secret's text is its secret.
std::string to_text(const Setting& setting, const Value& value);

// As the admin API shows it; of a secret only whether it is set and, of a long one, its last four characters.
boost::json::value to_json(const Setting& setting, const Value& value);

} // namespace mizo::config
