-- What that text says, if it is a session.
local function read(text)
  local is_read, session = pcall(cjson.decode, text)
  local is_one = is_read and type(session) == 'table' and type(session.userId) == 'string'
  return is_one and session or {}
end

-- The text with another value of that member. All else stays to the letter: cjson would write an empty list
-- as an object, and round numbers.
local function with(text, name, was, is)
  if type(was) ~= 'string' then
    return nil
  end
  local member = '("' .. name .. '"%s*:%s*")' .. string.gsub(was, '%p', '%%%0') .. '"'
  local changed, count = string.gsub(text, member, '%1' .. is .. '"')
  return count == 1 and changed or nil
end
