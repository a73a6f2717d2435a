#include "domain/login_trace.hpp"

#include "domain/instant.hpp"
#include "domain/ipv4.hpp"
#include "domain/login_proof.hpp"
#include "domain/mac_address.hpp"
#include "domain/refusal.hpp"
#include "domain/result.hpp"

#include <cstdio>
#include <ctime>
#include <initializer_list>

namespace uzel {
namespace {

// How the argument of a step is written.
enum class writes : std::uint8_t {
  nothing,
  number,
  guest, // a guest id without its mark
  address,
  mac,
  method,
  moment, // unix seconds
  error,
  reason,
  pool_kind,
};

// The sentence of a step: "{}" stands for the argument.
struct wording {
  writes argument;
  const char* en;
  const char* ru;
};

constexpr wording words_for_identity(trace_code code) {
  using enum trace_code;
  using enum writes;
  switch (code) {
  case received:
    return {number, "Received from client {}.", "Получен от клиента {}."};
  case identity_login:
    return {number, "The login names account {}.", "Логин указывает на лицевой счёт {}."};
  case identity_mac:
    return {number, "The MAC address names account {}.", "MAC-адрес указывает на лицевой счёт {}."};
  case identity_port:
    return {number, "Option 82 (device and port) names account {}.",
            "Опция 82 (устройство и порт) указывает на лицевой счёт {}."};
  case identity_binding:
    return {number, "The live binding names account {}.",
            "Действующая выдача адреса указывает на лицевой счёт {}."};
  case identity_client_identifier:
    return {number, "The client identifier belongs to account {}.",
            "Client-id закреплён за лицевым счётом {}."};
  case identity_unknown:
    return {nothing, "Nothing in the request names an account.",
            "Ничто в запросе не указывает на лицевой счёт."};
  case identity_ambiguous:
    return {number, "{} accounts match: none of them is taken.",
            "Подходят лицевых счетов: {}; ни один не выбран."};
  case option82_ignored:
    return {number, "Option 82 is ignored: client {} is not trusted to send it.",
            "Опция 82 не учтена: клиенту {} она не доверена."};
  case device_unknown:
    return {mac, "Option 82 names the device {}, which is not known.",
            "Опция 82 называет устройство {}, оно не заведено."};
  case port_unknown:
    return {number, "The device has no port {}.", "У устройства нет порта {}."};
  case port_unclaimed:
    return {number, "Port (or device) {} belongs to no account.",
            "Порт (или устройство) {} не закреплён ни за одним лицевым счётом."};
  case mac_elsewhere:
    return {number, "The MAC of account {} was seen on a port that is not its own.",
            "MAC лицевого счёта {} замечен на чужом порту."};
  case account_absent:
    return {number, "The key belongs to account {}, which is not there yet.",
            "Ключ закреплён за лицевым счётом {}, которого ещё нет."};
  case became_guest:
    return {guest, "Treated as guest {}.", "Обслуживается как гость {}."};
  case waited_for_wake:
    return {number, "Waited until account {} was awake.", "Ждал, пока лицевой счёт {} загрузится."};
  default:
    return {nothing, "", ""};
  }
}

constexpr wording words_for_access(trace_code code) {
  using enum trace_code;
  using enum writes;
  switch (code) {
  case proof_accepted:
    return {method, "The password is right ({}).", "Пароль верен ({})."};
  case proof_wrong:
    return {method, "The password is wrong ({}).", "Пароль неверен ({})."};
  case proof_missing:
    return {nothing, "A login needs a password, and none was sent.",
            "Для входа по логину нужен пароль, он не прислан."};
  case proof_unsupported:
    return {method, "The password cannot be checked by this method ({}).",
            "Пароль нельзя проверить этим способом ({})."};
  case account_disabled:
    return {number, "Account {} is disabled.", "Лицевой счёт {} отключён."};
  case account_unpaid:
    return {moment, "No paid service; the last one ended: {}.",
            "Нет оплаченной услуги; последняя закончилась: {}."};
  case subscription_current:
    return {number, "Service {} is paid.", "Услуга {} оплачена."};
  case session_limit_reached:
    return {number, "All {} simultaneous sessions are in use.",
            "Заняты все одновременные сессии: {}."};
  case preempted:
    return {number, "Session {} is ended to make room.",
            "Сессия {} завершается, чтобы освободить место."};
  default:
    return {nothing, "", ""};
  }
}

constexpr wording words_for_address(trace_code code) {
  using enum trace_code;
  using enum writes;
  switch (code) {
  case binding_reused:
    return {number, "Keeps the address of binding {}.", "Остаётся адрес выдачи {}."};
  case static_address_chosen:
    return {address, "The static address {} is chosen.", "Выбран статический адрес {}."};
  case static_address_busy:
    return {address, "The static address {} is in use by another device of the account.",
            "Статический адрес {} занят другим устройством этого лицевого счёта."};
  case pool_asked:
    return {number, "Pool {} was asked (0: the pools of the domain).",
            "Запрошен пул {} (0: пулы домена)."};
  case pool_full:
    return {number, "No free address in pool {} (0: in any that fits).",
            "Нет свободных адресов в пуле {} (0: ни в одном подходящем)."};
  case no_pool_fits:
    return {pool_kind, "No {} pool fits.", "Нет подходящего пула вида «{}»."};
  case address_granted:
    return {address, "Got the address {}.", "Выдан адрес {}."};
  case address_conflict:
    return {address, "The address {} is held by another account.",
            "Адрес {} занят другим лицевым счётом."};
  case lease_asked:
    return {address, "The client asks for {}.", "Клиент просит {}."};
  case lease_not_his:
    return {address, "The address {} is not his here.", "Адрес {} здесь не его."};
  case other_network:
    return {address, "The address {} belongs to another network.", "Адрес {} из другой сети."};
  case port_taken_over:
    return {address, "Takes over the address {} of the device that was on his port.",
            "Забирает адрес {} устройства, которое было на его порту."};
  default:
    return {nothing, "", ""};
  }
}

constexpr wording words_for_end(trace_code code) {
  using enum trace_code;
  using enum writes;
  switch (code) {
  case store_refused:
    return {error, "The store takes no changes ({}): no answer, the NAS will ask again.",
            "Хранилище не принимает изменений ({}): ответа нет, NAS повторит запрос."};
  case deadline_passed:
    return {number, "The answer would have come {} ms too late.", "Ответ опоздал бы на {} мс."};
  case answered_accept:
    return {number, "Access-Accept for account {}.", "Access-Accept для лицевого счёта {}."};
  case answered_guest:
    return {guest, "Access-Accept as a guest ({}).", "Access-Accept как гостю ({})."};
  case answered_reject:
    return {reason, "Access-Reject: {}.", "Access-Reject: {}."};
  case answered_offer:
    return {address, "Offered {}.", "Предложен адрес {}."};
  case answered_lease:
    return {address, "Leased {}.", "Адрес {} выдан в аренду."};
  case answered_no_lease:
    return {reason, "No lease: {}.", "Аренды нет: {}."};
  default:
    return {nothing, "", ""};
  }
}

wording words_for(trace_code code) {
  for (const auto& found : {words_for_identity(code), words_for_access(code),
                            words_for_address(code), words_for_end(code)})
    if (*found.en)
      return found;
  return {writes::nothing, "Nothing happened.", "Ничего не произошло."};
}

std::string text_of(proof_method how) {
  constexpr const char* names[] = {"none", "PAP", "CHAP", "MS-CHAPv1", "MS-CHAPv2"};
  const auto at = static_cast<std::size_t>(how);
  return at < std::size(names) ? names[at] : "?";
}

std::string text_of_kind(std::uint64_t kind) {
  constexpr const char* names[] = {"?", "internet", "guest", "trusted", "devices", "admin"};
  return kind < std::size(names) ? names[kind] : names[0];
}

std::string text_of_moment(std::uint64_t unix_seconds, bool russian) {
  if (unix_seconds == 0)
    return russian ? "никогда не было" : "there never was one";
  const auto moment = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  char text[32] = "?";
  if (gmtime_r(&moment, &parts))
    (void)std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

const char* russian_for(refusal why) {
  constexpr const char* names[] = {
    "без причины",           "неизвестный абонент", "подходит несколько абонентов",
    "неверный пароль",       "нужен пароль",        "способ проверки пароля не поддерживается",
    "лицевой счёт отключён", "услуга не оплачена",  "достигнут предел одновременных сессий",
    "нет свободного адреса", "адрес занят",         "хранилище недоступно",
    "адрес не его",          "адрес другой сети",   "аренда неизвестна",
  };
  static_assert(std::size(names) == refusal_count);
  const auto at = static_cast<std::size_t>(why);
  return at < std::size(names) ? names[at] : names[0];
}

std::string argument_of(writes how, std::uint64_t value, bool russian) {
  switch (how) {
  case writes::nothing:
    return {};
  case writes::number:
    return std::to_string(value);
  case writes::guest:
    return std::to_string(value & ~guest_bit);
  case writes::address:
    return to_string(ipv4{static_cast<std::uint32_t>(value)});
  case writes::mac:
    return to_string(mac_address{value});
  case writes::method:
    return text_of(static_cast<proof_method>(value));
  case writes::moment:
    return text_of_moment(value, russian);
  case writes::error:
    return std::string{name_of(static_cast<errc>(value))};
  case writes::reason: {
    const auto why = static_cast<refusal>(value);
    return russian ? std::string{russian_for(why)} : std::string{name_of(why)};
  }
  case writes::pool_kind:
    return text_of_kind(value);
  }
  return {};
}

} // namespace

std::string describe(const trace_step& step, std::string_view language) {
  const bool russian = language == "ru";
  const auto words = words_for(step.code);
  std::string out = russian ? words.ru : words.en;
  if (const auto at = out.find("{}"); at != std::string::npos)
    out.replace(at, 2, argument_of(words.argument, step.argument, russian));
  return out;
}

} // namespace uzel
