-- KEYS: session
-- ARGV: expiry that was seen, up to its seconds, new expiry, prefix of latest sessions
local text = redis.call('GET', KEYS[1])
if not text then
  return 0
end
local user = user_id(text)
local expires = user and cjson.decode(text).expires
if type(expires) ~= 'string' then
  return -1
end
if string.sub(expires, 1, 19) ~= ARGV[1] then
  return 0
end
-- All else stays to the letter: cjson would write an empty list as an object, and round numbers.
local member = '("expires"%s*:%s*")' .. string.gsub(expires, '%p', '%%%0') .. '"'
local extended, count = string.gsub(text, member, '%1' .. ARGV[2] .. '"')
if count ~= 1 then
  return -1
end
redis.call('SET', KEYS[1], extended)
redis.call('SET', ARGV[3] .. user, KEYS[1])
return 1
