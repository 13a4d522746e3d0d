-- KEYS: session, the same by its new token
-- ARGV: token, new token, new expiry, prefix of latest sessions
local text = redis.call('GET', KEYS[1])
if not text then
  return 0
end
local user = user_id(text)
local expires = user and cjson.decode(text).expires
if type(expires) ~= 'string' then
  return -1
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  return 2
end
-- All else stays to the letter: cjson would write an empty list as an object, and round numbers.
local function replaced(name, old, new)
  local member = '("' .. name .. '"%s*:%s*")' .. string.gsub(old, '%p', '%%%0') .. '"'
  local count
  text, count = string.gsub(text, member, '%1' .. new .. '"')
  return count == 1
end
if not replaced('sessionToken', ARGV[1], ARGV[2]) or not replaced('expires', expires, ARGV[3]) then
  return -1
end
redis.call('SET', KEYS[2], text)
redis.call('DEL', KEYS[1])
redis.call('SET', ARGV[4] .. user, KEYS[2])
return 1
