#pragma once

#include "daemon/setup/guide.hpp"

#include <boost/json/object.hpp>

namespace mizo::admin {

// As GET /checks answers, and as the topic `checks` of the stream tells it.
boost::json::object checks_json(const setup::GuideView& view);

} // namespace mizo::admin
