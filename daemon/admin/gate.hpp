#pragma once

#include "daemon/web/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Who may talk to the admin listener at all, decided from a request's head alone. A page of another site, or
// a name that was bent to this machine, can make a browser send requests here; they end at this gate.
namespace mizo::admin {

// How the admin listener is reached.
struct AdminAddress {
    std::uint16_t port = 8470;
    bool tls = false;
    // Beside the loopback names: those of a listener that is not on loopback; in lower case, IPv6 in
    // brackets.
    std::vector<std::string> hosts;
};

// The code of the problem, or empty where the request may go on. In this order: the Host names this listener
// (against DNS rebinding), Origin and fetch metadata are our own, a body is JSON.
std::string_view check_gate(const AdminAddress& address, const web::RequestHead& head);

bool host_is_ours(const AdminAddress& address, std::string_view host);

// GET and HEAD change nothing.
bool is_safe(std::string_view method);

// The headers of every answer: nothing is kept, framed, guessed or run that is not the page's own.
void add_security_headers(web::Response& response, bool secure);

// The value of a cookie; empty where it is missing, or stands twice with different values.
std::string cookie(const web::Headers& headers, std::string_view name);

inline constexpr std::string_view session_cookie = "__Host-sid";
std::string set_session_cookie(std::string_view token);
std::string clear_session_cookie();

// The token of "Authorization: Bearer <token>"; empty where there is none.
std::string_view bearer_token(const web::Headers& headers);

// Whether a path asks for set-up, however it is written: in capitals, escaped, with slashes or more behind
// it.
bool is_setup_path(std::string_view path);

} // namespace mizo::admin
