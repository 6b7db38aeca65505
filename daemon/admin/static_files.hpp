#pragma once

#include "daemon/base/embedded.hpp"
#include "daemon/web/message.hpp"

#include <span>
#include <string_view>

namespace mizo::admin {

// The admin page from the files compiled in. A path that names no file and looks like none is the page
// itself, which shows what belongs there; everything else is 404. There is no way out of the list of files.
web::Response static_file(std::span<const embedded::File> files, std::string_view path);

} // namespace mizo::admin
