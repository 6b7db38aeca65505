#pragma once

#include "daemon/admin/conditions.hpp"
#include "daemon/setup/guide.hpp"

#include <boost/json/object.hpp>

namespace mizo::admin {

// As GET /checks answers, and as the topic `checks` of the stream tells it.
boost::json::object checks_json(const setup::GuideView& view);

// Those that were right and are wrong now, for the alerts.
std::vector<WrongCheck> wrong_checks(const setup::Guide& guide);

} // namespace mizo::admin
