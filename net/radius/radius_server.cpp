#include "net/radius/radius_server.hpp"

#include "net/radius/radius_loop.hpp"

namespace uzel::net {

radius_server::radius_server(std::unique_ptr<loop> l) : loop_{std::move(l)} {}
radius_server::~radius_server() {
  stop(duration{0});
}

result<std::unique_ptr<radius_server>> radius_server::open(const config::radius_settings& settings,
                                                           radius::seal_key class_key,
                                                           std::string& reason) {
  auto l = std::make_unique<loop>(settings, class_key);
  if (const auto opened = l->listen(reason); !opened)
    return opened.error();
  return std::unique_ptr<radius_server>{new radius_server{std::move(l)}};
}

void radius_server::start(radius_neighbours neighbours) {
  loop_->start(std::move(neighbours));
}
void radius_server::stop(duration grace) {
  loop_->stop(grace);
}
void radius_server::answer(const login_answered& a) {
  loop_->answers.push(a);
}
void radius_server::recorded(const usage_recorded& r) {
  loop_->answers.push(r);
}
void radius_server::synced(journal_number up_to) {
  loop_->answers.synced(up_to);
}
const radius_counters& radius_server::counters() const {
  return loop_->counters;
}
std::uint16_t radius_server::auth_port() const {
  return loop_->port(false);
}
std::uint16_t radius_server::acct_port() const {
  return loop_->port(true);
}

} // namespace uzel::net
