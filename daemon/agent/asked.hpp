#pragma once

#include "daemon/agent/allow_list.hpp"
#include "daemon/agent/fault.hpp"
#include "daemon/halo_api/api.hpp"
#include "daemon/relay/wire.hpp"

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace mizo::agent {

namespace json = boost::json;

template <class T>
using Outcome = boost::system::result<T, Fault>;
[[noreturn]] void throw_exception_from_error(const Fault& fault, const boost::source_location&);

struct AskLimits {
    std::size_t query_pairs = 32;
    std::size_t query_bytes = 2'000; // encoded; IIS takes no more than 2,048
    std::size_t body_bytes = 1024 * 1024;
    std::size_t answer_bytes = 4 * 1024 * 1024;
};

// A request of the cloud's that may be made: every part of it read, bounded, and written anew by us.
struct Asked {
    halo_api::Call call; // with method, path, query, body and ticket
    json::object object; // what is posted; HaloPSA takes it inside an array

    bool is_write() const { return call.method != "GET"; }
    bool posts_to(std::string_view path) const { return call.method == "POST" && call.path == path; }
    // HaloPSA updates what has an id, and makes what has none: twice, where it is asked twice.
    bool makes_new() const;
    // Writes `object` into the call's body.
    void seal();
    // All that is asked, for telling whether it is the same once more.
    std::string text() const;
};

// Faults: agent_path_refused, agent_not_allowed, agent_permission_off, agent_query_refused,
// agent_body_refused. Touches nothing but its arguments.
Outcome<Asked> read_request(const relay::Request& request, const AllowList& allow,
                            const AskLimits& limits = {});

// A member by its name in lower case, however it is written: HaloPSA reads names so, too. Null: there is
// none.
const json::value* member_of(const json::object& object, std::string_view name);

} // namespace mizo::agent
