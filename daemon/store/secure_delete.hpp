#pragma once

#include "daemon/store/database.hpp"

namespace mizo::store {

// While it lives, whatever is replaced or deleted is overwritten with zeros in the file, and the log, which
// still holds the page as it was, is emptied after the commit.
class SecureDelete {
public:
    explicit SecureDelete(Database& db) : db_{db} { db_.run("PRAGMA secure_delete = ON"); }
    SecureDelete(const SecureDelete&) = delete;
    SecureDelete& operator=(const SecureDelete&) = delete;
    ~SecureDelete()
    {
        db_.set_secure_delete_fast();
        db_.request_truncate();
    }

private:
    Database& db_;
};

} // namespace mizo::store
