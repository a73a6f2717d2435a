// login and logout.
#include "apps/uzelctl/api.hpp"
#include "apps/uzelctl/secrets.hpp"
#include "apps/uzelctl/show.hpp"
#include "apps/uzelctl/token_store.hpp"

#include <iostream>
#include <unistd.h>

namespace uzel::ctl {
namespace {

struct login_arguments {
  std::string login;
  std::string password_file;
  bool print = false;
};

struct no_arguments {};

std::string server_of(const context& ctx) {
  auto url = ctx.url;
  while (!url.empty() && url.back() == '/')
    url.pop_back();
  return url;
}

std::string ask_login() {
  std::string out;
  if (::isatty(STDIN_FILENO)) {
    std::cerr << tr("Login") << ": " << std::flush;
    std::getline(std::cin, out);
  }
  return out;
}

outcome<> sign_in(context& ctx, const login_arguments& given) {
  const auto login = given.login.empty() ? ask_login() : given.login;
  if (login.empty())
    return failure{exit_code::usage, tr("whose login? give --login")};
  const auto password = given.password_file.empty() ? prompt_secret("Password", false)
                                                    : read_secret_file(given.password_file);
  if (!password)
    return password.error();
  auto form = json::object();
  form.set("login", json::of(login)).set("password", json::of(*password));
  api server{ctx};
  const auto answer = server.send("POST", "/login", form);
  if (!answer)
    return answer.error();
  const auto token = answer->text_of("token");
  if (token.empty())
    return failure{exit_code::unavailable, tr("the server gave no token")};
  if (given.print) {
    std::cout << token << '\n';
    return {};
  }
  if (const auto stored = store_token(server_of(ctx), token); !stored)
    return stored.error();
  auto shown = *answer;
  std::erase_if(shown.members, [](const auto& m) { return m.first == "token"; });
  show_done(ctx, say("signed in as {} until {}", login, answer->text_of("expires")), shown);
  return {};
}

outcome<> sign_out(context& ctx, const no_arguments&) {
  if (const auto done = store_token(server_of(ctx), {}); !done)
    return done.error();
  show_done(ctx, tr("the token is forgotten"), json::object());
  return {};
}

outcome<> who_am_i(context& ctx, const no_arguments&) {
  api server{ctx};
  const auto me = server.get("/me");
  if (!me)
    return me.error();
  show_object(ctx, *me);
  return {};
}

} // namespace

void add_sign_in_commands(CLI::App& app, context& ctx) {
  auto& given = ctx.hold<login_arguments>();
  auto& login = add_command(app, "login", "Sign in and keep the token", ctx, given, sign_in);
  login.add_option("-l,--login", given.login, tr("Who signs in"));
  login.add_option("--password-file", given.password_file,
                   tr("File whose first line is the password; - is standard input"));
  login.add_flag("--print", given.print, tr("Print the token instead of keeping it"));
  auto& none = ctx.hold<no_arguments>();
  add_command(app, "logout", "Forget the token", ctx, none, sign_out);
  add_command(app, "whoami", "Tell who is signed in and what he may do", ctx, none, who_am_i);
}

} // namespace uzel::ctl
