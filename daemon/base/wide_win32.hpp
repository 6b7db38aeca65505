#pragma once

#include <string>
#include <string_view>

// Windows speaks UTF-16, and we UTF-8: the edge between the two.
namespace mizo::base {

// What is not valid becomes U+FFFD.
std::wstring wide(std::string_view utf8);
std::string utf8(std::wstring_view wide);

// An error of Windows (GetLastError) in words, without a full stop at its end.
std::string system_text(unsigned long error);
// The last one of this thread.
std::string system_text();

} // namespace mizo::base
