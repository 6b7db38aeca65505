// What a page of a stranger can make a browser send to the admin listener: the head of a request, read, gated
// and routed. Holds that nothing is routed that the gate refuses, and that no path leads out of the files.
#include "daemon/admin/filters.hpp"
#include "daemon/admin/gate.hpp"
#include "daemon/admin/routes.hpp"
#include "daemon/admin/static_files.hpp"
#include "daemon/web/head.hpp"
#include "daemon/web/percent.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mizo;

namespace {

constexpr embedded::File files[] = {{"app-0123456789ab.js", "script"}, {"index.html", "page"}};

void must(bool holds)
{
    if (!holds) std::abort();
}

// The gate's rules once more, in the plainest words.
void check_passed(const web::RequestHead& head)
{
    const std::string* host = head.headers.find("Host");
    must(host != nullptr && head.headers.count("Host") == 1);
    const bool ours = web::equals_ignoring_case(*host, "127.0.0.1:8470") ||
                      web::equals_ignoring_case(*host, "localhost:8470") ||
                      web::equals_ignoring_case(*host, "[::1]:8470");
    must(ours);
    const std::string* origin = head.headers.find("Origin");
    must(origin == nullptr || web::equals_ignoring_case(*origin, "http://" + *host));
}

void check_routed(const web::RequestHead& head)
{
    static const auto routes = admin::make_routes();
    const auto match = routes.find(head.method, head.path);
    if (match.handler != nullptr) {
        must(match.handler->action != nullptr && match.allow.empty());
        for (const std::string& parameter : match.parameters) must(!parameter.empty());
    }
    if (head.path == "/api/v1/setup") must(admin::is_setup_path(head.path));
    const web::Response file = admin::static_file(files, head.path);
    must(file.status == 404 || file.body == "script" || file.body == "page");
}

void check_query(const web::RequestHead& head)
{
    const auto query = web::parse_query(head.query);
    if (!query) return;
    if (const auto page = admin::read_page(*query)) must(page->limit >= 1 && page->limit <= 500);
    (void)admin::delivery_filter(*query);
    (void)admin::event_filter(*query);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto checked = web::check_head(bytes, web::HeadLimits{});
    if (!checked) return 0;
    const web::RequestHead& head = checked->head;
    (void)admin::cookie(head.headers, admin::session_cookie);
    (void)admin::bearer_token(head.headers);
    (void)admin::is_setup_path(head.path);
    if (!admin::check_gate(admin::AdminAddress{}, head).empty()) return 0;
    check_passed(head);
    check_routed(head);
    check_query(head);
    return 0;
}
