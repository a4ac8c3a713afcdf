"""What the chat room announces."""

from zhanggui.chat.shapes import Draft, Label, Mark, Message, Row, Talk
from zhanggui.foundation.events import event

MESSAGE_ADDED = event("message.added", message=Message, conversation=Row)
MESSAGE_RECALLED = event("message.recalled", message=Message, conversation=Row)
MESSAGE_CHANGED = event("message.changed", message=Message)
CONVERSATION_OPENED = event("conversation.opened", conversation=Row, talk=Talk)
CONVERSATION_CHANGED = event("conversation.changed", conversation=Row, talk=Talk)
CONVERSATION_READ = event("conversation.read", conversation=Row, talk=Talk)
MARK_CHANGED = event("mark.changed", mark=Mark)
DRAFT_CHANGED = event("draft.changed", draft=Draft)
LABEL_CHANGED = event("label.changed", label=Label)
LABEL_REMOVED = event("label.removed")
