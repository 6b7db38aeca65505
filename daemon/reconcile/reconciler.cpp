#include "daemon/reconcile/reconciler.hpp"

#include "daemon/reconcile/work.hpp"

namespace mizo::reconcile {

Reconciler::Reconciler(Parts parts) : work_{std::make_unique<Work>(std::move(parts))} {}

Reconciler::~Reconciler() = default;

asio::awaitable<void> Reconciler::start()
{
    work_->start();
    co_return;
}

asio::awaitable<void> Reconciler::stop()
{
    co_await work_->stop();
}

View Reconciler::view() const
{
    return work_->view();
}

base::Result<void> Reconciler::ask(Reason reason, std::optional<base::WallTime> from)
{
    return work_->ask(reason, from);
}

} // namespace mizo::reconcile
