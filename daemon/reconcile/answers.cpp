#include "daemon/reconcile/answers.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/halo/api_error.hpp"
#include "daemon/halo/api_fault.hpp"

namespace mizo::reconcile {

bool is_refused(const halo_api::Answer& answer)
{
    return answer.status == 401 || answer.status == 403;
}

bool is_final(const halo_api::Answer& answer)
{
    constexpr int too_slow = 408;
    constexpr int too_many = 429;
    return answer.status >= 400 && answer.status < 500 && answer.status != too_slow &&
           answer.status != too_many;
}

bool is_of_one_call(const base::Error& error)
{
    const base::Errc kind = error.kind();
    return kind == base::Errc::refused || kind == base::Errc::timeout || kind == base::Errc::malformed ||
           kind == base::Errc::too_large;
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

bool may_be_written(base::WallTime row, base::WallTime halo_now)
{
    return row <= halo_now + clocks_differ_by;
}

} // namespace mizo::reconcile
