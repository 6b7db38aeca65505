#include "daemon/net/task_report.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace mizo::net {

TaskScope::Report report_to(base::Logger logger)
{
    return [logger](const std::string& task, std::exception_ptr failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const boost::system::system_error& error) {
            if (error.code() == asio::error::operation_aborted) return;
            logger.error("task ended", {{"task", task}, {"why", error.what()}});
        } catch (const std::exception& error) {
            logger.error("task ended", {{"task", task}, {"why", error.what()}});
        }
    };
}

} // namespace mizo::net
