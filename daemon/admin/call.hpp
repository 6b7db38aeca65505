#pragma once

#include "daemon/admin/message.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/accounts.hpp"
#include "daemon/store/page.hpp"
#include "daemon/web/message.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::admin {

// Who is asking.
struct Caller {
    bool by_key = false;                      // with admin.key, as the command line does
    std::optional<store::SessionRow> session; // of a signed-in browser
    bool signed_in() const { return by_key || session.has_value(); }
    // As the audit names it.
    std::string name() const { return by_key ? "key" : "admin"; }
};

using Query = std::map<std::string, std::string>;

// A request on its way to what serves it.
struct Call {
    web::Request request;
    std::vector<std::string> parameters; // of the path
    Query query;
    Caller caller;

    const std::string& remote() const { return request.head.remote; }
    std::string param(std::string_view name) const;
};

// What is wrong with a request: a problem's code, and in words which part.
struct BadRequest {
    std::string code;
    std::string detail;
};
template <class T>
using Checked = boost::system::result<T, BadRequest>;
[[noreturn]] void throw_exception_from_error(const BadRequest& bad, const boost::source_location&);
web::Response problem(const BadRequest& bad);

// The body as an object that has no other members than these. An empty body is an empty object.
Checked<json::object> read_object(const Call& call, std::span<const std::string_view> members);

// One member of an object, of the right type; nothing where it is missing.
Checked<std::optional<std::string>> text_member(const json::object& object, std::string_view name,
                                                std::size_t length_max);
Checked<std::optional<std::int64_t>> integer_member(const json::object& object, std::string_view name);
Checked<std::optional<bool>> bool_member(const json::object& object, std::string_view name);

// limit and cursor of a list.
Checked<store::PageRequest> read_page(const Query& query);

Checked<std::optional<std::int64_t>> integer_param(const Query& query, const std::string& name);
Checked<std::optional<base::WallTime>> time_param(const Query& query, const std::string& name);

// "a,b" as its words, each once.
std::vector<std::string> words_of(std::string_view list);

// The page as the API answers it.
template <class Item, class Show>
json::object page_json(const store::Page<Item>& page, Show show)
{
    json::array items;
    for (const Item& item : page.items) items.emplace_back(show(item));
    json::object out{{"items", std::move(items)}};
    out["next_cursor"] = to_json(page.next_cursor);
    return out;
}

} // namespace mizo::admin
