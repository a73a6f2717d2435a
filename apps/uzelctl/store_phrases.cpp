#include "apps/uzelctl/store_phrases.hpp"

#include <array>

namespace uzel::ctl {
namespace {

constexpr std::array table{
  // Commands.
  phrase{"List the records that the database refused", "Записи, которые база отвергла"},
  phrase{"Tell what a store is, and whether its parts fit",
         "Рассказать о хранилище: что это и подходят ли его части друг другу"},
  phrase{"Check everything that must hold of a store",
         "Проверить всё, что должно быть верно для хранилища"},
  phrase{"Bring the database up to this version", "Привести базу к этой версии"},
  phrase{"Move a whole store into another database", "Перенести хранилище в другую базу"},
  phrase{"Tell where two databases differ", "Показать, чем различаются две базы"},
  phrase{"Write the database into a folder while the daemon works",
         "Сохранить базу в папку, не мешая демону"},
  phrase{"Put a backup in the database's place", "Вернуть базу из сохранённой"},
  phrase{"URL of a database instead of the one in the settings",
         "URL базы вместо взятого из настроек"},
  phrase{"URL of the store that is there", "URL имеющегося хранилища"},
  phrase{"URL of an empty database", "URL пустой базы"},
  phrase{"URL of a store", "URL хранилища"},
  phrase{"URL of another store", "URL другого хранилища"},
  phrase{"Copy one moment of a store that a daemon works on",
         "Скопировать один миг хранилища, с которым работает демон"},
  phrase{"A new folder", "Новая папка"},
  phrase{"Folder of a backup", "Папка сохранённой базы"},
  phrase{"Replace the database that is there", "Заменить имеющуюся базу"},

  // Places and programs.
  phrase{"this is no URL of a store: {}", "это не URL хранилища: {}"},
  phrase{"cannot run {}: {}", "не запустить {}: {}"},
  phrase{"{} ended with {}", "{}: код завершения {}"},
  phrase{"cannot write {}: {}", "не записать {}: {}"},
  phrase{"{} is not empty", "{}: не пусто"},
  phrase{"{} is no finished backup: it has no {}", "{}: это не законченная копия, в ней нет {}"},
  phrase{"{} cannot be read", "{} не прочесть"},

  // Moves.
  phrase{"table", "таблица"},
  phrase{"rows", "строк"},
  phrase{"digest", "дайджест"},
  phrase{"every table arrived value by value; start the daemon with store.url = {} and its present "
         "journal",
         "все таблицы перенесены и сверены по значениям; запустите демон с store.url = {} и его "
         "нынешним журналом"},
  phrase{"both hold the same", "в обеих одно и то же"},
  phrase{"they differ", "они различаются"},
  phrase{
    "the database of {} with records up to {} is in {}; the master key and the journal are not",
    "база {} с записями до {} лежит в {}; главного ключа и журнала там нет"},
  phrase{"the former database is {} now", "прежняя база теперь {}"},
  phrase{
    "the database came back as it was; what does not fit is told above, and store adopt begins "
    "a new epoch without the journal",
    "база вернулась как была; что не сходится, сказано выше, а store adopt начнёт новую эпоху "
    "без журнала"},
  phrase{"the backup is of a {} store, this one is {}: restore it into one of its kind, then use "
         "uzelctl store copy",
         "сохранено хранилище {}, а здесь {}: верните его в такое же и перенесите через uzelctl "
         "store copy"},
  phrase{"the backup is of the schema {}, this store is in {}",
         "сохранена схема {}, а это хранилище в {}"},
  phrase{"there is a database {}: add --replace to set it aside",
         "база {} уже есть: с --replace она будет отложена"},
  phrase{"add --replace to drop what is there", "с --replace имеющееся будет удалено"},
  phrase{"the backup is damaged", "сохранённая база повреждена"},
  phrase{"what came back is not what the backup was made of",
         "вернулось не то, что было сохранено"},
  phrase{"the table {} is not there", "таблицы {} нет"},
  phrase{"the table {} has {} rows, the backup had {}",
         "в таблице {} строк {}, а сохранено было {}"},
  phrase{"the table {} has other values than when the backup was made",
         "в таблице {} не те значения, что были сохранены"},
  phrase{"the table {} was not in the backup", "таблицы {} среди сохранённых не было"},
  phrase{"migration {} ran: {}", "выполнена миграция {}: {}"},
  phrase{"the database has schema {}", "схема базы: {}"},

  // Checks.
  phrase{"schema", "схема"},
  phrase{"applied", "применены"},
  phrase{"records up to {}, some up to {}", "записи до {}, некоторые до {}"},
  phrase{"owners so far", "владельцев было"},
  phrase{"used by a daemon", "занято демоном"},
  phrase{"edits on their way", "правок в пути"},
  phrase{"not looked at", "не смотрели"},
  phrase{"not looked at: the journal was not named", "не смотрели: журнал не назван"},
  phrase{"the database file is damaged: {}", "файл базы повреждён: {}"},
  phrase{"row {} of the table {} refers to nothing in {}",
         "строка {} таблицы {} ссылается на то, чего нет в {}"},
  phrase{"migrations that it has not yet: {}; store migrate or the next start brings them",
         "ещё не выполнено миграций: {}; их выполнит store migrate или следующий запуск"},
  phrase{"holds", "соблюдено"},
  phrase{"broken, problems: {}", "нарушено, проблем: {}"},
  phrase{"nothing to check: accounts have no ledger yet",
         "проверять нечего: у счетов ещё нет книги проводок"},
  phrase{"an address has one holder", "адрес держит один"},
  phrase{"nothing acknowledged is lost", "подтверждённое не потеряно"},
  phrase{"balances are the sums of their ledgers", "балансы равны суммам проводок"},
  phrase{"sessions, leases and static addresses stay with their account",
         "сессии, аренды и постоянные адреса остаются у своего счёта"},
  phrase{"records that gave an address away while another held it: {}",
         "записей, отдавших адрес, который держал другой: {}"},
  phrase{"records that took a static address from its owner: {}",
         "записей, отнявших постоянный адрес у владельца: {}"},
  phrase{"records that moved a session to another account: {}",
         "записей, перенёсших сессию на другой счёт: {}"},
};

} // namespace

std::span<const phrase> store_phrases() {
  return table;
}

} // namespace uzel::ctl
