#pragma once

#include <string>
#include <string_view>

namespace mizo::halo {

// What HaloPSA says in a refusal, in its own words, fit for a sentence: at most 300 bytes, one line, no
// control characters. Known are a JSON string, {"error"}, {"error","error_description"},
// {"ClassName","Message"},
// {"resultCode","errorMessage"}, and a page of HTML, of which only the title is taken. Anything else is
// "HTTP <status>": a body that is not understood is never shown.
std::string api_error(int status, std::string_view body);

} // namespace mizo::halo
