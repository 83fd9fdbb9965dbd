-- Hunting Queries/Microsoft 365 Defender/Campaigns/KNOTWEED/KNOTWEED-PEFileDroppedinColorProfileFolder.yaml
SELECT *
FROM DeviceFileEvents
WHERE TimeGenerated >= window_from() AND TimeGenerated < window_to() AND ActionType = 'FileCreated'
  AND contains(lower(FolderPath), 'c:\windows\system32\spool\drivers\color\')
  AND (suffix(lower(FileName), '.exe') OR suffix(lower(FileName), '.dll'))
