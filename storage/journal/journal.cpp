#include "storage/journal/journal.hpp"

#include "storage/journal/journal_impl.hpp"

namespace uzel::storage {

journal::journal(std::unique_ptr<journal_impl> impl) : impl_{std::move(impl)} {}

journal::~journal() = default;

void journal::subscribe(batch_observer& observer) {
  impl_->subscribe(observer);
}

void journal::on_space(space_handler handler) {
  impl_->on_space(std::move(handler));
}

void journal::start() {
  impl_->start();
}

void journal::stop() {
  impl_->stop();
}

result<journal_number> journal::append(instant now, std::span<const encoded_record> group) {
  return impl_->append(now, group);
}

journal_number journal::synced() const noexcept {
  return impl_->synced();
}

journal_number journal::appended() const noexcept {
  return impl_->appended();
}

instant journal::last_time() const noexcept {
  return impl_->last_time();
}

bool journal::has_space() const noexcept {
  return impl_->has_space();
}

const store_identity& journal::identity() const noexcept {
  return impl_->identity();
}

journal_counters journal::counters() const {
  return impl_->counters();
}

store_result<> journal::read(journal_number after, journal_number up_to,
                             const record_sink& sink) const {
  return impl_->read(after, up_to, sink);
}

void journal::drop_before(journal_number applied_durable, instant keep_after) {
  impl_->drop_before(applied_durable, keep_after);
}

} // namespace uzel::storage
