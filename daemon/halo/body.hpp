#pragma once

#include "daemon/base/result.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

// The bodies of HaloPSA's answers.
namespace mizo::halo {

// A list, which HaloPSA answers as a plain array or wrapped: {"record_count":n,"tickets":[...]}.
struct List {
    std::vector<boost::json::object> items;   // what is no object is left out
    std::optional<std::int64_t> record_count; // of all pages; only where HaloPSA tells it
};

// JSON, at most 64 deep, with or without a byte order mark.
// Error: malformed "halo_answer_unexpected", as for all below.
base::Result<boost::json::value> parse_body(std::string_view body);
// The list is the one member that is an array; of several, the first that holds objects.
base::Result<List> read_list(std::string_view body);
// An object, or a list of exactly one.
base::Result<boost::json::object> read_object(std::string_view body);

} // namespace mizo::halo
