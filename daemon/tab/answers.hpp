#pragma once

#include "daemon/base/embedded.hpp"
#include "daemon/base/result.hpp"
#include "daemon/web/message.hpp"

#include <string>

// What every answer of the tab is made of.
namespace mizo::tab {

// A problem document (RFC 9457): the page says `code` in the reader's language; `reason` is the error's
// detail.
web::Response problem(const base::Error& error);

// A file of the page. The page itself is told the language that was set; "auto" leaves it to the browser.
web::Response file_answer(const embedded::File& file, const std::string& language);

// The page may be shown in a frame of HaloPSA's alone (of nobody's where its origin is not known), load what
// is its own, and tell nobody its address, which holds the link.
void add_security_headers(web::Response& response, const std::string& halo_origin);

} // namespace mizo::tab
