#include "net/http/connection_impl.hpp"

#include <boost/beast/ssl.hpp>

namespace uzel::http {

void serve_tls(asio::ip::tcp::socket socket, connection_room& room) {
  boost::system::error_code gone;
  const auto peer = socket.remote_endpoint(gone).address();
  if (!gone)
    serve_stream(
      beast::ssl_stream<beast::tcp_stream>{beast::tcp_stream{std::move(socket)}, *room.tls}, peer,
      room);
}

} // namespace uzel::http
