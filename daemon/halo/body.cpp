#include "daemon/halo/body.hpp"

#include "daemon/halo/api_fault.hpp"
#include "daemon/halo/fields.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace mizo::halo {

namespace {

namespace json = boost::json;

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::size_t depth_max = 64;

base::Error unexpected(std::string detail)
{
    return api_fault("halo_answer_unexpected", std::move(detail));
}

bool holds_objects(const json::array& array)
{
    return std::any_of(array.begin(), array.end(), [](const json::value& item) { return item.is_object(); });
}

json::array* wrapped_list(json::object& object)
{
    json::array* found = nullptr;
    for (auto& member : object) {
        if (!member.value().is_array()) continue;
        auto& array = member.value().get_array();
        if (!found || (!holds_objects(*found) && holds_objects(array))) found = &array;
    }
    return found;
}

} // namespace

base::Result<json::value> parse_body(std::string_view body)
{
    if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
    json::parse_options options;
    options.max_depth = depth_max;
    boost::system::error_code failed;
    json::value value = json::parse(body, failed, {}, options);
    if (failed) return unexpected("it is not JSON (" + failed.message() + ")");
    return value;
}

base::Result<List> read_list(std::string_view body)
{
    auto value = parse_body(body);
    if (!value) return value.error();
    List list;
    json::array* items = value->if_array();
    if (auto* object = value->if_object()) {
        items = wrapped_list(*object);
        list.record_count = Fields{*object}.number("record_count");
    }
    if (!items) return unexpected("it is no list");
    for (auto& item : *items)
        if (item.is_object()) list.items.push_back(std::move(item.get_object()));
    return list;
}

base::Result<json::object> read_object(std::string_view body)
{
    auto value = parse_body(body);
    if (!value) return value.error();
    if (auto* array = value->if_array(); array && array->size() == 1 && array->front().is_object())
        return std::move(array->front().get_object());
    if (!value->is_object()) return unexpected("it is no object");
    return std::move(value->get_object());
}

} // namespace mizo::halo
