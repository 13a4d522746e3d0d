-- Notes in a user's index until when the session is kept, and keeps the index as long as its longest
-- session. What Redis has removed by now is taken out of it.
local function enlist(index, session, kept_until)
  redis.call('ZREMRANGEBYSCORE', index, '-inf', redis.call('TIME')[1])
  redis.call('ZADD', index, kept_until, session)
  redis.call('EXPIREAT', index, redis.call('ZREVRANGE', index, 0, 0, 'WITHSCORES')[2])
end
