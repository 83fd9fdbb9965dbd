-- What the queries of this folder share. Values are in storage form (src/kql/duckdb/storage.ts): times are 100 ns ticks.
-- window_start() and window_end() are defined by bench/rules.ts; the tables are views over what the local backend loaded.
CREATE MACRO ticks(length) AS epoch_us(length) * 10;

-- A member of JSON text; NULL where the text or the member is empty or missing.
CREATE MACRO json_text(document, path) AS
  CASE WHEN document <> '' THEN nullif(json_extract_string(document, path), '') END;

CREATE MACRO client_name(app_id) AS
  CASE app_id
    WHEN 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c' THEN 'Azure portal'
    WHEN '04b07795-8ddb-461a-bbee-02f9e1bf7b46' THEN 'Azure CLI'
    WHEN '1950a258-227b-4e31-a9cf-717495945fc2' THEN 'Azure PowerShell'
    ELSE app_id
  END;

-- The script that waagent's Run Command handed to a shell, '' where a command line is none.
CREATE MACRO agent_script(command_line) AS
  regexp_extract(
    command_line,
    '^\S+\s+(?:-c\s+)?\W?(/var/lib/waagent/run-command(?:-handler)?/download/\S+/script\.sh)',
    1
  );

-- The script of a Run Command on Windows or Linux, by the program that runs it. Cheap tests stand before the regular
-- expressions, which few rows reach.
CREATE MACRO run_command_script(program, command_line) AS
  CASE
    WHEN lower(program) IN ('powershell.exe', 'pwsh.exe') AND command_line ILIKE '%unrestricted%' THEN
      regexp_extract(command_line, '(?i)-ExecutionPolicy\s+Unrestricted\s+-File\s+\S*?(script\d+\.ps1)', 1)
    WHEN lower(program) IN ('sh', 'bash', 'dash') AND contains(command_line, '/waagent/') THEN
      agent_script(command_line)
    ELSE ''
  END;
