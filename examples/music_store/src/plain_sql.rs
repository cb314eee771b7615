//! The same questions in plain SQL, for the original file.

use crate::reports::Report;

impl Report {
    /// SQL of one column whose rows are the report's lines.
    pub(crate) fn plain_sql(self) -> &'static str {
        match self {
            Report::RevenueByCountryAndMonth => {
                "SELECT BillingCountry || ' ' || strftime('%Y-%m', InvoiceDate) || ': ' || printf('%.2f', SUM(Total))
                 FROM Invoice GROUP BY BillingCountry, strftime('%Y-%m', InvoiceDate)
                 ORDER BY BillingCountry, strftime('%Y-%m', InvoiceDate)"
            }
            Report::BestSellingArtists => {
                "SELECT r.Name || ': ' || SUM(l.Quantity) || ' for ' || printf('%.2f', SUM(l.Quantity * l.UnitPrice))
                 FROM InvoiceLine l JOIN Track t ON t.TrackId = l.TrackId
                 JOIN Album a ON a.AlbumId = t.AlbumId JOIN Artist r ON r.ArtistId = a.ArtistId
                 GROUP BY r.ArtistId, r.Name ORDER BY SUM(l.Quantity) DESC, r.ArtistId"
            }
            Report::LongTracksByGenre => {
                "SELECT g.Name || ': ' || COUNT(*) FROM Track t JOIN Genre g ON g.GenreId = t.GenreId
                 WHERE t.Milliseconds > 2400000 GROUP BY g.Name ORDER BY g.Name"
            }
            Report::RevenueOfEmployees => {
                "SELECT e.FirstName || ' ' || e.LastName || ': ' || COUNT(DISTINCT c.CustomerId) || ' customers, '
                     || printf('%.2f', COALESCE(SUM(i.Total), 0))
                 FROM Employee e LEFT JOIN Customer c ON c.SupportRepId = e.EmployeeId
                 LEFT JOIN Invoice i ON i.CustomerId = c.CustomerId GROUP BY e.EmployeeId ORDER BY e.EmployeeId"
            }
            Report::TracksNeverSold => {
                "SELECT t.TrackId || ' ' || t.Name || ' ' || printf('%.2f', t.UnitPrice) FROM Track t
                 WHERE NOT EXISTS (SELECT 1 FROM InvoiceLine l WHERE l.TrackId = t.TrackId) ORDER BY t.TrackId"
            }
            Report::EmployeeTree => {
                "WITH RECURSIVE tree(id, depth, path, name) AS (
                     SELECT EmployeeId, 0, printf('%03d', EmployeeId), FirstName || ' ' || LastName
                     FROM Employee WHERE ReportsTo IS NULL
                     UNION ALL
                     SELECT e.EmployeeId, tree.depth + 1, tree.path || printf('/%03d', e.EmployeeId),
                            e.FirstName || ' ' || e.LastName
                     FROM Employee e JOIN tree ON e.ReportsTo = tree.id)
                 SELECT substr('        ', 1, 2 * depth) || name FROM tree ORDER BY path"
            }
            Report::Playlists => {
                "SELECT p.PlaylistId || ' ' || p.Name || ': ' || COUNT(t.TrackId) || ' tracks, '
                     || COALESCE(SUM(t.Milliseconds), 0) || ' ms, ' || printf('%.2f', COALESCE(SUM(t.UnitPrice), 0))
                 FROM Playlist p LEFT JOIN PlaylistTrack pt ON pt.PlaylistId = p.PlaylistId
                 LEFT JOIN Track t ON t.TrackId = pt.TrackId GROUP BY p.PlaylistId ORDER BY p.PlaylistId"
            }
            Report::CustomersWithoutJazz => {
                "SELECT c.CustomerId || ' ' || c.LastName FROM Customer c WHERE NOT EXISTS (
                     SELECT 1 FROM Invoice i JOIN InvoiceLine l ON l.InvoiceId = i.InvoiceId
                     JOIN Track t ON t.TrackId = l.TrackId JOIN Genre g ON g.GenreId = t.GenreId
                     WHERE i.CustomerId = c.CustomerId AND g.Name = 'Jazz') ORDER BY c.CustomerId"
            }
            Report::ArtistsOnPlaylists => {
                "SELECT r.ArtistId || ' ' || r.Name FROM Artist r WHERE r.ArtistId IN (
                     SELECT a.ArtistId FROM Album a JOIN Track t ON t.AlbumId = a.AlbumId
                     JOIN PlaylistTrack pt ON pt.TrackId = t.TrackId JOIN Playlist p ON p.PlaylistId = pt.PlaylistId
                     WHERE p.Name = 'Grunge') ORDER BY r.ArtistId"
            }
            Report::DearestInvoices => {
                "SELECT i.InvoiceId || ': ' || c.LastName || ', ' || COUNT(l.InvoiceLineId) || ' lines, '
                     || printf('%.2f', i.Total) || ' of ' || printf('%.2f', SUM(l.UnitPrice * l.Quantity))
                 FROM Invoice i JOIN Customer c ON c.CustomerId = i.CustomerId
                 JOIN InvoiceLine l ON l.InvoiceId = i.InvoiceId
                 GROUP BY i.InvoiceId ORDER BY ROUND(i.Total * 100) DESC, i.InvoiceId LIMIT 20"
            }
        }
    }
}
