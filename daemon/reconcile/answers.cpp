#include "daemon/reconcile/answers.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/halo/api_error.hpp"
#include "daemon/halo/api_fault.hpp"

namespace mizo::reconcile {

bool is_refused(const halo_api::Answer& answer)
{
    return answer.status == 401 || answer.status == 403;
}

base::Error error_of(const halo_api::Answer& answer)
{
    return halo::api_fault("halo_refused", halo::api_error(answer.status, answer.body));
}

base::WallTime halo_time(const halo_api::Answer& answer, base::WallTime ours)
{
    const std::string* date = answer.headers.find("Date");
    return date == nullptr ? ours : base::parse_http_date(*date).value_or(ours);
}

} // namespace mizo::reconcile
