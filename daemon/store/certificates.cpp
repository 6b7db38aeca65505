#include "daemon/store/certificates.hpp"

#include "daemon/store/secure_delete.hpp"

namespace mizo::store {

namespace {

std::optional<certs::Bytes> optional_bytes(const Statement& row, int column)
{
    if (row.is_null(column)) return std::nullopt;
    return row.blob(column).copy();
}

CertificateRow read_certificate(const Statement& row)
{
    CertificateRow certificate;
    certificate.id = row.string(0);
    certificate.thumbprint = row.string(1);
    certificate.sha256 = row.string(2);
    certificate.subject = row.string(3);
    certificate.state = row.string(4);
    certificate.profile = row.string(5);
    certificate.key_bits = static_cast<int>(row.integer(6));
    certificate.not_before = row.time(7);
    certificate.not_after = row.time(8);
    certificate.created = row.time(9);
    certificate.downloaded = row.optional_time(10);
    certificate.activated = row.optional_time(11);
    certificate.retiring = row.optional_time(12);
    certificate.ended = row.optional_time(13);
    certificate.first_used = row.optional_time(14);
    certificate.last_used = row.optional_time(15);
    certificate.signatures = row.integer(16);
    certificate.pem = row.string(17);
    certificate.sealed_key = optional_bytes(row, 18);
    certificate.sealed_pfx = optional_bytes(row, 19);
    certificate.sealed_password = optional_bytes(row, 20);
    certificate.destroyed = row.optional_time(21);
    return certificate;
}

constexpr std::string_view columns = R"sql(
    SELECT id, thumbprint, sha256, subject, state, profile, key_bits, not_before_ms, not_after_ms, created_ms,
        downloaded_ms, activated_ms, retiring_ms, ended_ms, first_used_ms, last_used_ms, signatures, pem,
        sealed_key, sealed_pfx, sealed_password, destroyed_ms
    FROM certificates
)sql";

} // namespace

void insert_certificate(Database& db, const CertificateRow& row)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO certificates (
            id, thumbprint, sha256, subject, state, profile, key_bits, not_before_ms, not_after_ms,
            created_ms, downloaded_ms, activated_ms, retiring_ms, ended_ms, first_used_ms, last_used_ms,
            signatures, pem, sealed_key, sealed_pfx, sealed_password, destroyed_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql";
    db.prepare(sql)
        .bind(row.id, row.thumbprint, row.sha256, row.subject, row.state, row.profile, row.key_bits,
              row.not_before, row.not_after, row.created, row.downloaded, row.activated, row.retiring,
              row.ended, row.first_used, row.last_used, row.signatures, row.pem, row.sealed_key,
              row.sealed_pfx, row.sealed_password, row.destroyed)
        .run();
}

void update_certificate(Database& db, const CertificateRow& row)
{
    static constexpr std::string_view sql = R"sql(
        UPDATE certificates
        SET state = ?, downloaded_ms = ?, activated_ms = ?, retiring_ms = ?, ended_ms = ?, first_used_ms = ?,
            last_used_ms = ?, signatures = ?
        WHERE id = ?
    )sql";
    db.prepare(sql)
        .bind(row.state, row.downloaded, row.activated, row.retiring, row.ended, row.first_used,
              row.last_used, row.signatures, row.id)
        .run();
}

std::vector<CertificateRow> load_certificates(Database& db)
{
    std::vector<CertificateRow> certificates;
    Statement load = db.prepare(std::string{columns} + "ORDER BY created_ms DESC, rowid DESC");
    load.bind();
    while (load.step()) certificates.push_back(read_certificate(load));
    return certificates;
}

std::optional<CertificateRow> find_certificate(Database& db, const std::string& id)
{
    Statement load = db.prepare(std::string{columns} + "WHERE id = ?");
    if (!load.bind(id).step()) return std::nullopt;
    return read_certificate(load);
}

void destroy_private_key(Database& db, const std::string& id, base::WallTime now)
{
    static constexpr std::string_view sql = R"sql(
        UPDATE certificates
        SET sealed_key = NULL, sealed_pfx = NULL, sealed_password = NULL, destroyed_ms = ?
        WHERE id = ? AND destroyed_ms IS NULL
    )sql";
    const SecureDelete overwrite{db};
    db.prepare(sql).bind(now, id).run();
}

} // namespace mizo::store
