-- Whose session that text is, if it is one.
local function user_id(text)
  local is_read, session = pcall(cjson.decode, text)
  return is_read and type(session) == 'table' and type(session.userId) == 'string' and session.userId
end
